using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Spells a word with the pieces whose scores add up to the most (Viterbi), as Hugging Face's Unigram does.</summary>
internal sealed class UnigramModel : ISubwordModel
{
    // A character that no piece covers costs this much more than the worst piece.
    private const double UnknownPenalty = 10;
    private const int OnStack = 256;
    private const int NotReached = -1;

    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly int _unknownId;
    private readonly int[]? _byteIds;

    /// <summary>Initializes a new instance of the <see cref="UnigramModel"/> class.</summary>
    /// <param name="pieces">The pieces; the index of each is its id.</param>
    /// <param name="scores">A finite score for each.</param>
    /// <param name="unknownId">The id for what no piece covers.</param>
    /// <param name="usesBytes">Whether that is spelled with the pieces for its bytes ("&lt;0xE2&gt;") where all of them exist.</param>
    public UnigramModel(IReadOnlyCollection<string> pieces, double[] scores, int unknownId, bool usesBytes)
    {
        _trie = new PieceTrie(pieces);
        _scores = scores;
        _unknownScore = scores.Min() - UnknownPenalty;
        _unknownId = unknownId;
        _byteIds = usesBytes ? [.. Enumerable.Range(0, 256).Select(value => _trie.Find(BytePiece(value)))] : null;
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public void Encode(ref Word word, ref TokenWriter writer)
    {
        int capacity = word.MaximumBytes;
        byte[]? rentedBytes = capacity > OnStack ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> bytes = rentedBytes ?? stackalloc byte[OnStack];
        bytes = bytes[..word.WriteUtf8(bytes)];

        Best[]? rentedBests = bytes.Length >= OnStack ? ArrayPool<Best>.Shared.Rent(bytes.Length + 1) : null;
        Span<Best> bests = rentedBests ?? stackalloc Best[OnStack];
        bests = bests[..(bytes.Length + 1)];
        FindBest(bytes, bests);
        LinkForward(bests);
        Write(bytes, bests, ref word, ref writer);

        if (rentedBests is not null)
        {
            ArrayPool<Best>.Shared.Return(rentedBests);
        }

        if (rentedBytes is not null)
        {
            ArrayPool<byte>.Shared.Return(rentedBytes);
        }
    }

    private static byte[] BytePiece(int value) => [.. string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>").Select(c => (byte)c)];

    /// <summary>For every end of a piece, from the left: the last piece of the best spelling up to there. Of equal ones the first found stays.</summary>
    private void FindBest(ReadOnlySpan<byte> bytes, Span<Best> bests)
    {
        bests.Fill(new Best(0, NotReached, 0));
        for (int start = 0, size; start < bytes.Length; start += size)
        {
            size = CharacterSize(bytes[start]);
            double score = bests[start].Score;
            bool coversCharacter = false;
            int node = PieceTrie.Root;
            for (int end = start; end < bytes.Length && (node = _trie.Next(node, bytes[end])) >= 0;)
            {
                end++;
                int id = _trie.IdAt(node);
                if (id >= 0)
                {
                    Improve(ref bests[end], new Best(_scores[id] + score, start, id));
                    coversCharacter |= end - start == size;
                }
            }

            if (!coversCharacter)
            {
                Improve(ref bests[start + size], new Best(_unknownScore + score, start, _unknownId));
            }
        }
    }

    private static void Improve(ref Best best, Best candidate)
    {
        if (best.Other == NotReached || candidate.Score > best.Score)
        {
            best = candidate;
        }
    }

    /// <summary>Turns the links around: from each piece's start to its end, with its id.</summary>
    private static void LinkForward(Span<Best> bests)
    {
        int end = bests.Length - 1;
        Best last = bests[end];
        while (end > 0)
        {
            int start = last.Other;
            Best before = bests[start];
            bests[start] = last with { Other = end };
            last = before;
            end = start;
        }
    }

    private void Write(scoped ReadOnlySpan<byte> bytes, scoped ReadOnlySpan<Best> bests, ref Word word, ref TokenWriter writer)
    {
        for (int start = 0, end; start < bytes.Length && !writer.IsFull; start = end)
        {
            int id = bests[start].Id;
            end = bests[start].Other;
            if (id != _unknownId)
            {
                writer.Add(id, word.PlaceOf(start, end));
                continue;
            }

            // Neighbors without a piece are one token.
            while (end < bytes.Length && bests[end].Id == _unknownId)
            {
                end = bests[end].Other;
            }

            WriteUnknown(bytes, start, end, ref word, ref writer);
        }
    }

    private void WriteUnknown(scoped ReadOnlySpan<byte> bytes, int start, int end, ref Word word, ref TokenWriter writer)
    {
        ReadOnlySpan<byte> unknown = bytes[start..end];
        int known = _trie.Find(unknown);
        if (known < 0 && _byteIds is not null && HasAll(unknown))
        {
            for (int i = start; i < end; i++)
            {
                writer.Add(_byteIds[bytes[i]], word.PlaceOf(i, i + 1));
            }

            return;
        }

        writer.Add(known >= 0 ? known : _unknownId, word.PlaceOf(start, end));
    }

    private bool HasAll(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (_byteIds![value] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int CharacterSize(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    /// <summary>The piece between a position and another: before it on the way forth, behind it on the way back.</summary>
    private readonly record struct Best(double Score, int Other, int Id);
}
