using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Mono.Cecil;

/// <summary>Copies reference assemblies and makes the listed types, with their assembly-level members, public in the copies.</summary>
public class ExposeInternals : Task
{
    [Required]
    public ITaskItem[] References { get; set; }

    /// <summary>Full type names, a nested type as Outer/Inner; the metadata "Assembly" names the assembly that has it.</summary>
    [Required]
    public ITaskItem[] Types { get; set; }

    [Required]
    public string OutputDirectory { get; set; }

    [Output]
    public ITaskItem[] Originals { get; set; }

    [Output]
    public ITaskItem[] Copies { get; set; }

    public override bool Execute()
    {
        var originals = new List<ITaskItem>();
        var copies = new List<ITaskItem>();
        var resolver = new DefaultAssemblyResolver();
        foreach (var directory in References.Select(item => Path.GetDirectoryName(item.ItemSpec)).Distinct())
        {
            resolver.AddSearchDirectory(directory);
        }

        Directory.CreateDirectory(OutputDirectory);
        foreach (var assembly in Types.GroupBy(type => type.GetMetadata("Assembly")))
        {
            var original = References.FirstOrDefault(item => Path.GetFileNameWithoutExtension(item.ItemSpec) == assembly.Key);
            if (original == null)
            {
                Log.LogError("There is no reference to an assembly named '{0}'.", assembly.Key);
                continue;
            }

            var copy = new TaskItem(Path.GetFullPath(Path.Combine(OutputDirectory, Path.GetFileName(original.ItemSpec))));
            original.CopyMetadataTo(copy);
            using (var definition = AssemblyDefinition.ReadAssembly(original.ItemSpec, new ReaderParameters { AssemblyResolver = resolver }))
            {
                foreach (var name in assembly.Select(type => type.ItemSpec))
                {
                    var type = definition.MainModule.GetType(name);
                    if (type == null)
                    {
                        Log.LogError("There is no type '{0}' in '{1}': has the version of ML.NET changed?", name, original.ItemSpec);
                        continue;
                    }

                    Expose(type);
                }

                // An unchanged copy keeps its date, so that an unchanged project is not compiled again.
                var image = new MemoryStream();
                definition.Write(image, new WriterParameters { Timestamp = 0 });
                if (!File.Exists(copy.ItemSpec) || !File.ReadAllBytes(copy.ItemSpec).SequenceEqual(image.ToArray()))
                {
                    File.WriteAllBytes(copy.ItemSpec, image.ToArray());
                }
            }

            originals.Add(original);
            copies.Add(copy);
        }

        Originals = originals.ToArray();
        Copies = copies.ToArray();
        return !Log.HasLoggedErrors;
    }

    private static void Expose(TypeDefinition type)
    {
        if (type.IsNested)
        {
            type.IsNestedPublic = true;
        }
        else
        {
            type.IsPublic = true;
        }

        foreach (var field in type.Fields.Where(field => field.IsAssembly))
        {
            field.IsPublic = true;
        }

        foreach (var method in type.Methods)
        {
            if (method.IsAssembly)
            {
                method.IsPublic = true;
            }
            else if (method.IsFamilyAndAssembly)
            {
                method.IsFamily = true;
            }
        }
    }
}
