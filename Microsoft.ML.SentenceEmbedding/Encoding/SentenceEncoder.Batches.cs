using System.Buffers;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <content>The stages, and how their batches are run.</content>
public sealed partial class SentenceEncoder
{
    /// <summary>Receives the numbers that a batch gave for one sequence, on the thread that computed them, and tells whether a result is complete with them.</summary>
    private delegate bool ResultReceiver(int sequence, ReadOnlySpan<float> values);

    /// <summary>Makes a result of the numbers that a batch gave for one sequence.</summary>
    private delegate float[] ResultFactory(ReadOnlySpan<float> values);

    /// <summary>Gives each text's input ids: prompt and special tokens included, truncated. No native session is made.</summary>
    internal int[][] Tokenize(IReadOnlyList<ReadOnlyMemory<char>> texts)
    {
        using var sequences = new TokenSequences(Model, _settings.Prompt);
        int[][] ids = new int[texts.Count][];
        for (int i = 0; i < ids.Length; i++)
        {
            sequences.Clear();
            sequences.AddText(texts[i].Span);
            ids[i] = sequences[0].ToArray();
        }

        return ids;
    }

    /// <summary>Gives each sequence's token vectors, [tokens, token dimensions].</summary>
    internal float[][] ScoreTokens(IReadOnlyList<ReadOnlyMemory<int>> ids, CancellationToken cancellationToken)
        => Run(ids, SentenceGraph.TokenEmbeddings, values => values.ToArray(), cancellationToken);

    /// <summary>Gives each sequence's vector, of <see cref="Dimensions"/> numbers.</summary>
    internal float[][] EncodeTokens(IReadOnlyList<ReadOnlyMemory<int>> ids, CancellationToken cancellationToken)
        => Run(ids, SentenceGraph.SentenceEmbedding, CreateVector, cancellationToken);

    /// <summary>Writes the vectors, [texts, dimensions], that the modules behind the encoder make of each text's token vectors.</summary>
    internal void PoolTokens(IReadOnlyList<ReadOnlyMemory<float>> tokenVectors, Memory<float> destination, CancellationToken cancellationToken)
    {
        CheckDestination(destination.Length, tokenVectors.Count, nameof(destination));
        Enter();
        try
        {
            RunInParallel(tokenVectors.Count, i => Pool(tokenVectors[i], destination.Slice(i * Dimensions, Dimensions), cancellationToken), cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    private void Pool(ReadOnlyMemory<float> tokenVectors, Memory<float> destination, CancellationToken cancellationToken)
    {
        float[] vector = ArrayPool<float>.Shared.Rent(Model.UntruncatedDimensions);
        try
        {
            _session.Pool(tokenVectors, _promptTokens, vector, cancellationToken);
            _settings.Apply(vector, destination.Span);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(vector);
        }
    }

    /// <summary>Encodes texts window by window; each vector goes where the caller says.</summary>
    private void Encode(IReadOnlyList<ReadOnlyMemory<char>> texts, Func<int, Memory<float>> destination, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        Enter();
        using var sequences = new TokenSequences(Model, _settings.Prompt, _settings.LongTexts);
        try
        {
            var windows = new TextWindows(Model, _settings, sequences);
            int done = 0;
            for (int start = 0; start < texts.Count; start += windows.Count)
            {
                windows.Clear();
                for (int i = start; i < texts.Count && sequences.Count < MaximumWindowTexts && sequences.TotalTokens < MaximumWindowTokens; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    windows.Add(texts[i].Span);
                }

                int first = start;
                RunTexts(
                    windows,
                    index => destination(first + index),
                    count => progress?.Report(new EncodingProgress(Interlocked.Add(ref done, count), texts.Count)),
                    cancellationToken);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Encodes one text that is too long for one sequence. A method of its own, so that only long texts pay for the closure.</summary>
    private void EncodeWindows(ReadOnlySpan<char> text, TokenSequences sequences, float[] vector)
    {
        var windows = new TextWindows(Model, _settings, sequences);
        windows.Clear();
        windows.Add(text);
        RunTexts(windows, _ => vector, finished: null, CancellationToken.None);
    }

    /// <summary>Runs the sequences of texts; each text's vector goes where the caller says.</summary>
    private void RunTexts(TextWindows texts, Func<int, Memory<float>> destination, Action<int>? finished, CancellationToken cancellationToken) => RunBatches(
        texts.Sequences, SentenceGraph.SentenceEmbedding, (sequence, values) => texts.Receive(sequence, values, destination), finished, cancellationToken);

    private float[] CreateVector(ReadOnlySpan<float> values)
    {
        float[] vector = new float[Dimensions];
        _settings.Apply(values, vector);
        return vector;
    }

    /// <summary>Runs sequences that are tokenized already and gives what is made of an output of each.</summary>
    private float[][] Run(IReadOnlyList<ReadOnlyMemory<int>> ids, string output, ResultFactory create, CancellationToken cancellationToken)
    {
        Enter();
        using var sequences = new TokenSequences(Model);
        try
        {
            foreach (var sequence in ids)
            {
                sequences.AddIds(sequence.Span);
            }

            float[][] results = new float[ids.Count][];
            RunBatches(
                sequences,
                output,
                (index, values) =>
                {
                    results[index] = create(values);
                    return true;
                },
                finished: null,
                cancellationToken);
            return results;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Plans the sequences' batches and runs several of them at a time.</summary>
    private void RunBatches(TokenSequences sequences, string output, ResultReceiver receive, Action<int>? finished, CancellationToken cancellationToken)
    {
        var batches = BatchPlanner.Plan(sequences.Lengths(), _options.TokenBudget);
        RunInParallel(
            batches.Count,
            i =>
            {
                int completed = RunBatch(sequences, batches[i], output, receive, cancellationToken);
                if (completed > 0)
                {
                    finished?.Invoke(completed);
                }
            },
            cancellationToken);
    }

    /// <summary>Runs pieces of work in their order, several at a time.</summary>
    private void RunInParallel(int count, Action<int> run, CancellationToken cancellationToken)
    {
        int workers = Math.Min(_options.MaximumConcurrency, count);
        int next = -1;
        try
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers) }, (_, state) =>
            {
                for (int i = Interlocked.Increment(ref next); i < count && !state.ShouldExitCurrentIteration; i = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    run(i);
                }
            });
        }
        catch (AggregateException exception)
        {
            // The first worker's error is the caller's; what the others met after it adds nothing.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>Runs one batch and gives the number of results that are complete with it.</summary>
    private int RunBatch(TokenSequences sequences, int[] rows, string output, ResultReceiver receive, CancellationToken cancellationToken)
    {
        int width = _session.Width(output, Math.Max(1, sequences.Length(rows[0])));
        float[] values = ArrayPool<float>.Shared.Rent(rows.Length * width);
        try
        {
            _session.Score(sequences, rows, output, _promptTokens, values, cancellationToken);
            int completed = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                completed += receive(rows[i], values.AsSpan(i * width, _session.Width(output, sequences.Length(rows[i])))) ? 1 : 0;
            }

            return completed;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _session.Enter();
    }

    private void Leave()
    {
        _session.Release();
        if (_fellBack is not null && CpuFallbackReason is { } reason)
        {
            Interlocked.Exchange(ref _fellBack, null)?.Invoke(reason);
        }
    }

    private void CheckDestination(int length, int texts, string parameter)
    {
        if (length < (long)texts * Dimensions)
        {
            throw new ArgumentException($"The destination holds {length} numbers; {texts} vectors of {Dimensions} dimensions need {(long)texts * Dimensions}.", parameter);
        }
    }
}
