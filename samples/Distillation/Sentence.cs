namespace Distillation;

/// <summary>A row of the data that is trained on.</summary>
internal sealed class Sentence
{
    public string Text { get; set; } = "";
}
