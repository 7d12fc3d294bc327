using Microsoft.ML;
using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>What the model says of a question.</summary>
internal sealed class Answer
{
    /// <summary>Gets or sets the probability of each class, in the order of <see cref="Labels"/>.</summary>
    public float[] Score { get; set; } = [];

    /// <summary>Gives the names of the classes, which the model keeps with its scores.</summary>
    public static string[] Labels(DataViewSchema schema)
    {
        var names = default(VBuffer<ReadOnlyMemory<char>>);
        schema[nameof(Score)].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
