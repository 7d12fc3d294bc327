using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What a student learns from: the token ids of every text, and the teacher's vector of each.</summary>
/// <remarks>Made by <see cref="TrainingSetBuilder"/> and valid until that is disposed. Any number of threads may read it.</remarks>
internal sealed class TrainingSet
{
    // Enough to tell two teachers apart, at the beginning and at the end.
    private const int FingerprintVectors = 8;

    private readonly TokenSequences _texts;
    private readonly TeacherVectorFile _vectors;

    /// <summary>Makes a set of texts and vectors; the file may have more rows than there are texts.</summary>
    public TrainingSet(TokenSequences texts, TeacherVectorFile vectors)
    {
        _texts = texts;
        _vectors = vectors;
        Fingerprint = ComputeFingerprint();
    }

    /// <summary>Gets the number of texts.</summary>
    public int Count => _texts.Count;

    /// <summary>Gets the length of a teacher's vector.</summary>
    public int Dimensions => _vectors.Dimensions;

    /// <summary>Gets the number of ids of all texts.</summary>
    public int TotalTokens => _texts.TotalTokens;

    /// <summary>Gets what tells this set from others: a hash of all ids and of the teacher's vectors of the first and the last texts.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Gives a text's ids, special tokens included, truncated to what the student takes.</summary>
    public ReadOnlySpan<int> Ids(int row) => _texts[row];

    /// <summary>Copies the teacher's vector of a text to the start of a span.</summary>
    public void CopyTeacher(int row, Span<float> destination) => _vectors.CopyTo(row, destination);

    private static void Append<T>(XxHash3 hash, ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T> => hash.Append(MemoryMarshal.AsBytes(values));

    private ulong ComputeFingerprint()
    {
        var hash = new XxHash3();
        Append<int>(hash, [Count, Dimensions]);
        for (int row = 0; row < Count; row++)
        {
            // The length keeps two texts apart whose ids are divided between them in another way.
            ReadOnlySpan<int> ids = Ids(row);
            Append<int>(hash, [ids.Length]);
            Append(hash, ids);
        }

        float[] vector = new float[Dimensions];
        for (int row = 0; row < Count; row++)
        {
            if (row < FingerprintVectors || row >= Count - FingerprintVectors)
            {
                CopyTeacher(row, vector);
                Append<float>(hash, vector);
            }
        }

        return hash.GetCurrentHashAsUInt64();
    }
}
