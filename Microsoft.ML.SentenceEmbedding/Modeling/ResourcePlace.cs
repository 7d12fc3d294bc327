using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds where an assembly's resource lies in the assembly's file.</summary>
internal static class ResourcePlace
{
    // The length of a resource stands in front of it.
    private const int LengthBytes = sizeof(int);

    /// <summary>Gives the place of a resource's first byte; null where the assembly is no file of its own, as in an application of a single file.</summary>
    public static FilePlace? Find(Assembly assembly, string resource)
    {
        if (assembly.Location is not { Length: > 0 } path)
        {
            return null;
        }

        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (ManifestResourceHandle handle in metadata.ManifestResources)
        {
            ManifestResource found = metadata.GetManifestResource(handle);
            if (found.Implementation.IsNil
                && metadata.StringComparer.Equals(found.Name, resource)
                && file.PEHeaders.CorHeader is { } header
                && file.PEHeaders.TryGetDirectoryOffset(header.ResourcesDirectory, out int start))
            {
                return FilePlace.Of(path) with { Offset = start + found.Offset + LengthBytes };
            }
        }

        return null;
    }
}
