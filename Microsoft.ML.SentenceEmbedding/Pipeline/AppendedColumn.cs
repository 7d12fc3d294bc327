using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>A column that a transformer appends to its input.</summary>
/// <param name="Name">The column's name; a column of the input with the same name is hidden by it.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="IsNormalized">Whether every value is a vector of length 1; ML.NET's trainers then add no normalizer of their own.</param>
/// <param name="Model">The model whose sentence vectors the values are; null for values of another kind.</param>
internal sealed record AppendedColumn(string Name, VectorDataViewType Type, bool IsNormalized = false, SentenceModel? Model = null)
{
    // The kind of annotation that ML.NET's trainers look for.
    private const string IsNormalizedKind = "IsNormalized";

    /// <summary>Adds the column to a schema that is being built.</summary>
    public void AddTo(DataViewSchema.Builder schema)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (IsNormalized)
        {
            annotations.Add(IsNormalizedKind, BooleanDataViewType.Instance, (ref bool value) => value = true);
        }

        if (Model is not null)
        {
            ModelAnnotations.Add(annotations, Model);
        }

        schema.AddColumn(Name, Type, annotations.ToAnnotations());
    }

    /// <summary>Gives what an estimator promises of the column before it has seen data.</summary>
    public SchemaShape.Column ToShape()
    {
        SchemaShape.Column[] annotations = IsNormalized
            ? [new SchemaShape.Column(IsNormalizedKind, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, isKey: false)]
            : [];
        IEnumerable<SchemaShape.Column> modelAnnotations = Model is null ? [] : ModelAnnotations.ToShape();
        SchemaShape.Column.VectorKind kind = Type.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector;
        return new SchemaShape.Column(Name, kind, Type.ItemType, isKey: false, new SchemaShape([.. annotations, .. modelAnnotations]));
    }
}
