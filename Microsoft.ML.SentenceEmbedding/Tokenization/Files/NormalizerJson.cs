using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads tokenizer.json's normalizer for models other than WordPiece.</summary>
internal static class NormalizerJson
{
    private const int MaximumSteps = 100;
    private const int LongestContent = 1000;
    private const string SpaceRun = " {2,}";

    /// <summary>Reads a normalizer, a sequence of them, or nothing.</summary>
    public static List<NormalizationStep> Read(JsonItem? normalizer)
    {
        var steps = new List<NormalizationStep>();
        if (normalizer is not null)
        {
            Read(normalizer, steps);
        }

        return steps;
    }

    private static void Read(JsonItem normalizer, List<NormalizationStep> steps)
    {
        if (normalizer.Get("type").Text() != "Sequence")
        {
            steps.Add(steps.Count < MaximumSteps ? ReadStep(normalizer) : throw normalizer.Error($"one of at most {MaximumSteps} normalizers"));
            return;
        }

        // No deeper than the JSON parser goes.
        foreach (JsonItem part in normalizer.Get("normalizers").Items())
        {
            Read(part, steps);
        }
    }

    private static NormalizationStep ReadStep(JsonItem step)
    {
        JsonItem type = step.Get("type");
        return type.Text() switch
        {
            "Precompiled" => new CharacterMapStep(ReadMap(step.Get("precompiled_charsmap"))),
            "NFC" => CreateForm(type, NormalizationForm.FormC),
            "NFD" => CreateForm(type, NormalizationForm.FormD),
            "NFKC" => CreateForm(type, NormalizationForm.FormKC),
            "NFKD" => CreateForm(type, NormalizationForm.FormKD),
            "Lowercase" => new CharacterRuleStep(CharacterRules.Lowercase),
            "StripAccents" => new CharacterRuleStep(CharacterRules.StripAccents),
            "Nmt" => new CharacterRuleStep(CharacterRules.Nmt),
            "Strip" => new StripStep(step.Get("strip_left").Flag(), step.Get("strip_right").Flag()),
            "Prepend" => new PrependStep(ReadContent(step.Get("prepend"))),
            "Replace" => ReadReplacement(step.Get("pattern"), step.Get("content")),
            _ => throw type.Unsupported("Precompiled, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Nmt, Strip, Prepend, Replace, Sequence"),
        };
    }

    private static UnicodeFormStep CreateForm(JsonItem type, NormalizationForm form) =>
        UnicodeFormStep.IsAvailable ? new UnicodeFormStep(form) : throw type.Unsupported("normalization forms only in a process with ICU (without InvariantGlobalization)");

    private static CharacterMap ReadMap(JsonItem item) =>
        CharacterMap.TryRead(item.Bytes()) ?? throw item.Error("a complete character map of SentencePiece");

    private static string ReadContent(JsonItem item) =>
        item.Text() is { Length: <= LongestContent } content ? content : throw item.Error($"a string of at most {LongestContent} characters");

    private static NormalizationStep ReadReplacement(JsonItem pattern, JsonItem contentItem)
    {
        string content = ReadContent(contentItem);
        if (pattern.Find("String") is { } text)
        {
            return new ReplaceStep(text.Text() is { Length: > 0 } literal ? literal : throw text.Error("a string that is not empty"), content);
        }

        JsonItem expression = pattern.Get("Regex");
        if (expression.Text() == SpaceRun)
        {
            return new SpaceRunStep(content);
        }

        // Versions of Hugging Face tokenizers differ on whether $1 is the first group.
        return content.Contains('$')
            ? throw contentItem.Unsupported("text without $")
            : RegularExpressionStep.TryCreate(expression.Text(), content) ?? throw expression.Unsupported("regular expressions that .NET understands as Oniguruma does");
    }
}
