namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Computes the appended columns for a window of rows; each cursor and each row has its own.</summary>
/// <typeparam name="TInput">The raw type of the input column's values.</typeparam>
internal interface IWindowComputation<TInput>
{
    /// <summary>Estimates the memory that a row's outputs take, in bytes.</summary>
    public long EstimateBytes(in TInput input);

    /// <summary>Computes all rows of a window; the results stay until the next call.</summary>
    /// <param name="inputs">The rows' values, to be read during the call only.</param>
    public void Compute(ArraySegment<TInput> inputs);

    /// <summary>Makes the getter of an appended column.</summary>
    /// <param name="output">The place of the column among the appended ones.</param>
    /// <param name="getRow">Gives the row to be read by its place in the window, which has been computed when it returns.</param>
    public Delegate CreateGetter(int output, Func<int> getRow);
}
