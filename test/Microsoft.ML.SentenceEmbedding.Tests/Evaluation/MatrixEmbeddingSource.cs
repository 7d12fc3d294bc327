using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>Gives rows of the golden matrices as vectors: the text "E:17" stands for row 17 of matrix E.</summary>
internal sealed class MatrixEmbeddingSource(int? truncateDimensions = null, string? precision = null) : IEmbeddingSource
{
    private static readonly Lazy<Dictionary<string, float[][]>> Matrices = new(() =>
        TinyModels.Math("matrices").EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object).ToDictionary(property => property.Name, property => Rows(property.Value)));

    /// <summary>Gets how many texts were asked for.</summary>
    public int Embedded { get; private set; }

    public static float[][] Matrix(string name) => Matrices.Value[name];

    public float[][] Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        Embedded += texts.Count;
        float[][] vectors = [.. texts.Select(Row)];
        if (precision is not null)
        {
            // Found by trial, not documented: the goldens have the ranges of both lists' vectors together.
            PrecisionReference.Reduce(vectors, precision);
        }

        return vectors;
    }

    private float[] Row(string text)
    {
        string[] parts = text.Split(':');
        float[] row = Matrix(parts[0])[int.Parse(parts[1], CultureInfo.InvariantCulture)];
        return row[..(truncateDimensions ?? row.Length)];
    }

    private static float[][] Rows(JsonElement matrix)
    {
        float[] values = [.. MemoryMarshal.Cast<byte, float>(matrix.GetProperty("data").GetBytesFromBase64())];
        return [.. values.Chunk(matrix.GetProperty("shape")[1].GetInt32())];
    }
}
