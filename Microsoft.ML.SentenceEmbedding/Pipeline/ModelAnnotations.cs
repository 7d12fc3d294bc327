using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a column of sentence vectors says of the model that made it: its name, and what its tokenizer is recognized by.</summary>
internal static class ModelAnnotations
{
    private const string NameKind = "SentenceModel";
    private const string TokenizerKind = "SentenceTokenizer";

    /// <summary>Adds the annotations of a model; they are computed when they are read.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, SentenceModel model)
    {
        annotations.Add(NameKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = model.Name.AsMemory());
        annotations.Add(TokenizerKind, NumberDataViewType.UInt64, (ref ulong value) => value = model.SentenceTokenizer.Fingerprint);
    }

    /// <summary>Gives what an estimator promises of the annotations.</summary>
    public static IEnumerable<SchemaShape.Column> ToShape() =>
    [
        new(NameKind, SchemaShape.Column.VectorKind.Scalar, TextDataViewType.Instance, isKey: false),
        new(TokenizerKind, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt64, isKey: false),
    ];

    /// <summary>Reads the annotations of a column, if it has them.</summary>
    public static bool TryRead(DataViewSchema.Column column, out string modelName, out ulong tokenizerFingerprint)
    {
        DataViewSchema.Annotations annotations = column.Annotations;
        ReadOnlyMemory<char> name = default;
        tokenizerFingerprint = 0;
        bool exists = annotations.Schema.GetColumnOrNull(NameKind)?.Type is TextDataViewType
            && NumberDataViewType.UInt64.Equals(annotations.Schema.GetColumnOrNull(TokenizerKind)?.Type);
        if (exists)
        {
            annotations.GetValue(NameKind, ref name);
            annotations.GetValue(TokenizerKind, ref tokenizerFingerprint);
        }

        modelName = name.ToString();
        return exists;
    }
}
