using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What every transformer saves: the names of its columns, its model, and what changes the model's vectors.</summary>
/// <param name="Model">The model.</param>
/// <param name="ColumnNames">The names, the required ones first; null for an optional column that there is not.</param>
/// <param name="LongTexts">What becomes of long texts.</param>
internal sealed record SavedTransformer(SentenceModel Model, IReadOnlyList<string?> ColumnNames, LongTextHandling LongTexts = LongTextHandling.Truncate)
{
    // ML.NET's version numbers, 0xMMMMmmmm. 0x00010001: the first version.
    // 0x00010002: one byte, the handling of long texts, behind the names; before, they were truncated.
    private const uint Version = 0x00010002;
    private const uint FirstVersion = 0x00010001;
    private const uint FirstVersionWithLongTexts = 0x00010002;

    /// <summary>Writes a transformer.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="modelSignature">The eight characters that mark the transformer's stream.</param>
    /// <param name="loaderSignature">The name that the transformer's type is registered with.</param>
    public void Save(ModelSaveContext context, string modelSignature, string loaderSignature)
    {
        context.CheckAtModel();
        context.SetVersionInfo(GetVersionInfo(modelSignature, loaderSignature));
        foreach (string? name in ColumnNames)
        {
            context.SaveStringOrNull(name);
        }

        context.Writer.Write((byte)LongTexts);
        ModelArchive.Save(context, Model);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="exceptionContext">Marks the exceptions as ML.NET's own.</param>
    /// <param name="context">Where from.</param>
    /// <param name="modelSignature">The eight characters that mark the transformer's stream.</param>
    /// <param name="loaderSignature">The name that the transformer's type is registered with.</param>
    /// <param name="required">The number of columns that have a name.</param>
    /// <param name="optional">The number of columns after them that may have one.</param>
    /// <exception cref="InvalidDataException">The model is missing or damaged.</exception>
    /// <exception cref="FormatException">The stream is not a transformer's, is of a later version or is damaged.</exception>
    public static SavedTransformer Load(
        IExceptionContext exceptionContext, ModelLoadContext context, string modelSignature, string loaderSignature, int required, int optional = 0)
    {
        context.CheckAtModel(GetVersionInfo(modelSignature, loaderSignature));
        var names = new List<string?>();
        while (names.Count < required)
        {
            names.Add(context.LoadNonEmptyString());
        }

        while (names.Count < required + optional)
        {
            names.Add(context.LoadStringOrNull());
        }

        try
        {
            LongTextHandling longTexts = context.Header.ModelVerWritten < FirstVersionWithLongTexts ? LongTextHandling.Truncate : ReadLongTexts(context);
            return new SavedTransformer(ModelArchive.Load(context), names, longTexts);
        }
        catch (Exception exception)
        {
            exceptionContext.Process(exception);
            throw;
        }
    }

    private static LongTextHandling ReadLongTexts(ModelLoadContext context)
    {
        var longTexts = (LongTextHandling)context.Reader.ReadByte();
        return Enum.IsDefined(longTexts)
            ? longTexts
            : throw new InvalidDataException($"The saved transformer handles long texts in the way {(int)longTexts}, which this library does not know.");
    }

    private static VersionInfo GetVersionInfo(string modelSignature, string loaderSignature) => new(
        modelSignature,
        verWrittenCur: Version,
        verReadableCur: Version,
        verWeCanReadBack: FirstVersion,
        loaderSignature: loaderSignature,
        loaderAssemblyName: typeof(SavedTransformer).Assembly.GetName().Name!);
}
