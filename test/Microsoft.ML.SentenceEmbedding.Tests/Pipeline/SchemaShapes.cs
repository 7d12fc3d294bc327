using System.Reflection;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Makes the shape of a schema as ML.NET does it when it puts a pipeline together.</summary>
internal static class SchemaShapes
{
    private static readonly MethodInfo CreateMethod = typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Gives the shape of a schema.</summary>
    public static SchemaShape Create(DataViewSchema schema) => (SchemaShape)CreateMethod.Invoke(null, [schema])!;

    /// <summary>Describes a shape, every column with its annotations, to be compared.</summary>
    public static string[] Describe(SchemaShape shape) =>
        [.. shape.Select(column => $"{column.Name}: {column.Kind} {column.ItemType} {column.IsKey} [{string.Join("; ", Describe(column.Annotations))}]").Order(StringComparer.Ordinal)];
}
