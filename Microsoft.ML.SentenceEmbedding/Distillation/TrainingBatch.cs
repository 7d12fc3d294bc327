using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What the training graph is fed for some texts, in buffers that are used again.</summary>
internal sealed class TrainingBatch
{
    // What takes padding out of a softmax.
    private const float PaddingBias = -1e9f;

    private readonly SentenceModel _student;
    private readonly BertConfiguration _encoder;
    private readonly PoolingWeights _pooling;
    private readonly IReadOnlyList<DropoutMask> _masks;
    private readonly float[][] _maskValues;
    private readonly float[] _lossWeight = new float[1];
    private long[] _inputIds = [];
    private long[] _positions = [];
    private long[] _paddedTokens = [];
    private long[] _tokenPlaces = [];
    private float[] _attentionBias = [];
    private float[] _paddingMask = [];
    private float[] _poolingWeights = [];
    private float[] _teacherVectors = [];

    /// <summary>Creates an empty batch.</summary>
    public TrainingBatch(SentenceModel student, PoolingWeights pooling, IReadOnlyList<DropoutMask> masks)
    {
        _student = student;
        _encoder = StudentEncoder.Of(student);
        _pooling = pooling;
        _masks = masks;
        _maskValues = new float[masks.Count][];
        Array.Fill(_maskValues, []);
    }

    /// <summary>Gets the number of texts.</summary>
    public int Sentences { get; private set; }

    /// <summary>Gets the number of tokens.</summary>
    public int Tokens { get; private set; }

    /// <summary>Gets the tokens' ids.</summary>
    public ReadOnlySpan<long> InputIds => _inputIds.AsSpan(0, Tokens);

    /// <summary>Gets each token's position in its text.</summary>
    public ReadOnlySpan<long> Positions => _positions.AsSpan(0, Tokens);

    private int Longest { get; set; }

    private int Places => Sentences * Longest;

    /// <summary>Puts other texts in.</summary>
    /// <param name="examples">The texts and the teacher's vectors.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="lossWeight">What the sum of squares counts.</param>
    /// <param name="dropout">The probability of dropout.</param>
    /// <param name="random">Where dropout comes from.</param>
    public void Fill(TrainingSet examples, ReadOnlySpan<int> rows, float lossWeight, float dropout, RandomBits random)
    {
        Sentences = rows.Length;
        Tokens = 0;
        Longest = 0;
        foreach (int row in rows)
        {
            int length = examples.Ids(row).Length;
            Tokens += length;
            Longest = Math.Max(Longest, length);
        }

        _lossWeight[0] = lossWeight;
        Resize(ref _inputIds, Tokens);
        Resize(ref _positions, Tokens);
        Resize(ref _tokenPlaces, Tokens);
        Resize(ref _paddedTokens, Places).Clear();
        Resize(ref _attentionBias, Places).Fill(PaddingBias);
        Resize(ref _paddingMask, Places).Clear();
        Resize(ref _poolingWeights, Sentences * Tokens).Clear();
        Resize(ref _teacherVectors, Sentences * _student.Dimensions);
        int first = 0;
        for (int sentence = 0; sentence < rows.Length; sentence++)
        {
            var ids = examples.Ids(rows[sentence]);
            AddSentence(sentence, first, ids);
            _pooling.Write(_poolingWeights.AsSpan(sentence * Tokens + first, ids.Length));
            examples.CopyTeacher(rows[sentence], _teacherVectors.AsSpan(sentence * _student.Dimensions, _student.Dimensions));
            first += ids.Length;
        }

        for (int i = 0; i < _masks.Count; i++)
        {
            int length = checked(_masks[i].OfAttention ? Places * Longest * _encoder.AttentionHeads : Tokens * _encoder.HiddenSize);
            random.FillDropoutMask(Resize(ref _maskValues[i], length), dropout);
        }
    }

    /// <summary>Adds the batch's inputs to those of a run; the values are the caller's to dispose.</summary>
    public void AddInputs(ICollection<string> names, ICollection<OrtValue> values)
    {
        Add(TrainingGraph.InputIds, _inputIds, Tokens);
        Add(TrainingGraph.Positions, _positions, Tokens);
        Add(TrainingGraph.TokenPlaces, _tokenPlaces, Tokens);
        Add(TrainingGraph.PaddedTokens, _paddedTokens, Places);
        Add(TrainingGraph.AttentionBias, _attentionBias, Sentences, 1, 1, Longest);
        Add(TrainingGraph.PaddingMask, _paddingMask, Places, 1);
        Add(TrainingGraph.PoolingWeights, _poolingWeights, Sentences, Tokens);
        Add(TrainingGraph.TeacherVectors, _teacherVectors, Sentences, _student.Dimensions);
        Add(TrainingGraph.LossWeight, _lossWeight, 1);
        for (int i = 0; i < _masks.Count; i++)
        {
            if (_masks[i].OfAttention)
            {
                Add(_masks[i].Name, _maskValues[i], Sentences, _encoder.AttentionHeads, Longest, Longest);
            }
            else
            {
                Add(_masks[i].Name, _maskValues[i], Tokens, _encoder.HiddenSize);
            }
        }

        void Add<T>(string name, T[] buffer, params long[] shape)
            where T : unmanaged
        {
            int length = (int)shape.Aggregate(1L, (count, dimension) => count * dimension);
            names.Add(name);
            values.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape));
        }
    }

    private void AddSentence(int sentence, int first, ReadOnlySpan<int> ids)
    {
        int place = sentence * Longest;
        for (int i = 0; i < ids.Length; i++)
        {
            _inputIds[first + i] = ids[i];
            _positions[first + i] = i;
            _tokenPlaces[first + i] = place + i;
            _paddedTokens[place + i] = first + i;
            _attentionBias[place + i] = 0;
            _paddingMask[place + i] = 1;
        }
    }

    private static Span<T> Resize<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[Math.Max(length, 2 * buffer.Length)];
        }

        return buffer.AsSpan(0, length);
    }
}
