using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What every transformer saves: the names of its columns, its model, and what changes the model's vectors.</summary>
/// <param name="Model">The model.</param>
/// <param name="ColumnNames">The names, the required ones first; null for an optional column that there is not.</param>
/// <param name="Settings">What changes the vectors.</param>
internal sealed record SavedTransformer(SentenceModel Model, IReadOnlyList<string?> ColumnNames, EmbeddingSettings Settings)
{
    // ML.NET's version numbers, 0xMMMMmmmm. 0x00010001: the first version.
    // 0x00010002: one byte, the handling of long texts, behind the names; before, they were truncated.
    // 0x00010003: behind it the prompt as a string, the dimensions as an integer, and 1 where vectors are normalized after the model, else 0; before, they were the model's.
    private const uint Version = 0x00010003;
    private const uint FirstVersion = 0x00010001;
    private const uint FirstVersionWithLongTexts = 0x00010002;
    private const uint FirstVersionWithAllSettings = 0x00010003;

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

        context.Writer.Write((byte)Settings.LongTexts);
        context.SaveString(Settings.Prompt);
        context.Writer.Write(Settings.Dimensions);
        context.Writer.Write(Settings.Normalizes);
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
            SentenceEncoderOptions options = ReadOptions(context);
            SentenceModel model = ModelArchive.Load(context);
            return new SavedTransformer(model, names, EmbeddingSettings.Create(model, options));
        }
        catch (Exception exception)
        {
            exceptionContext.Process(exception);
            throw;
        }
    }

    private static SentenceEncoderOptions ReadOptions(ModelLoadContext context)
    {
        uint version = context.Header.ModelVerWritten;
        LongTextHandling longTexts = version < FirstVersionWithLongTexts ? LongTextHandling.Truncate : ReadLongTexts(context);
        return version < FirstVersionWithAllSettings
            ? new SentenceEncoderOptions { LongTexts = longTexts }
            : new SentenceEncoderOptions { LongTexts = longTexts, Prompt = context.LoadString(), Dimensions = ReadDimensions(context), Normalize = ReadFlag(context) };
    }

    private static int ReadDimensions(ModelLoadContext context)
    {
        int dimensions = context.Reader.ReadInt32();
        return dimensions > 0 ? dimensions : throw new InvalidDataException($"The saved transformer keeps {dimensions} dimensions of a vector; at least 1 is expected.");
    }

    private static bool ReadFlag(ModelLoadContext context)
    {
        byte flag = context.Reader.ReadByte();
        return flag <= 1 ? flag == 1 : throw new InvalidDataException($"The saved transformer has {flag} where 1 says that vectors are normalized, and 0 that they are not.");
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
