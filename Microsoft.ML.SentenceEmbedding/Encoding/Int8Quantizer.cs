using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns the weights of linear layers into 8-bit integers.</summary>
internal static class Int8Quantizer
{
    private const float LargestWeight = 127;

    // What a channel that is always 0 counts, in the input and in the weights.
    private const float SmallestMagnitude = 1e-5f;

    /// <summary>Makes the quantized model.</summary>
    public static SentenceModel Quantize(SentenceModel model, IReadOnlyList<string> texts)
    {
        BertConfiguration encoder = model.Encoder as BertConfiguration
            ?? throw new NotSupportedException($"{model.Name} has the encoder {model.Encoder.ArchitectureName}, which is not computed in 8-bit integers; those with BERT's layers are.");
        Dictionary<string, float[]> inputs = MeasureInputs(model, encoder, texts);
        var tensors = new List<TensorContent>();
        for (int layer = 0; layer < encoder.Layers; layer++)
        {
            string prefix = encoder.Architecture.LayerPrefix(layer);
            foreach (var (input, linears) in QuantizedLayer.SmoothedInputs(encoder.Architecture))
            {
                float[][] weights = [.. linears.Select(linear => Weight(model, prefix + linear))];
                float[] smoothing = Smooth(weights, inputs[prefix + input]);
                tensors.Add(TensorContent.Of(prefix + QuantizedLayer.SmoothingName(input), [smoothing.Length], smoothing, WeightPrecision.Float32));
                for (int i = 0; i < linears.Length; i++)
                {
                    tensors.AddRange(QuantizeRows(prefix + linears[i], weights[i], smoothing.Length));
                }
            }

            foreach (string linear in QuantizedLayer.PlainLinears(encoder.Architecture))
            {
                float[] weight = Weight(model, prefix + linear);
                tensors.AddRange(QuantizeRows(prefix + linear, weight, weight.Length / encoder.HiddenSize));
            }
        }

        return DerivedModel.Quantized(model, tensors);
    }

    /// <summary>Divides the weights' columns by factors, and gives these: the square root of how large the column is in the weights over how large it is in the input (SmoothQuant with alpha 0.5).</summary>
    internal static float[] Smooth(float[][] weights, ReadOnlySpan<float> largestInputs)
    {
        int width = largestInputs.Length;
        float[] factors = new float[width];
        foreach (float[] weight in weights)
        {
            for (int start = 0; start < weight.Length; start += width)
            {
                TensorPrimitives.MaxMagnitude(factors, weight.AsSpan(start, width), factors);
            }
        }

        for (int i = 0; i < width; i++)
        {
            factors[i] = MathF.Sqrt(MathF.Max(MathF.Abs(factors[i]), SmallestMagnitude) / MathF.Max(largestInputs[i], SmallestMagnitude));
        }

        foreach (float[] weight in weights)
        {
            for (int start = 0; start < weight.Length; start += width)
            {
                TensorPrimitives.Divide(weight.AsSpan(start, width), factors, weight.AsSpan(start, width));
            }
        }

        return factors;
    }

    /// <summary>Gives the integers of a weight, [outputs, inputs], and the scale of each output.</summary>
    private static TensorContent[] QuantizeRows(string linear, float[] weight, int inputs)
    {
        int outputs = weight.Length / inputs;
        sbyte[] integers = new sbyte[weight.Length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            var row = weight.AsSpan(output * inputs, inputs);
            scales[output] = Math.Max(MathF.Abs(TensorPrimitives.MaxMagnitude<float>(row)), SmallestMagnitude) / LargestWeight;
            for (int i = 0; i < inputs; i++)
            {
                integers[output * inputs + i] = (sbyte)MathF.Round(row[i] / scales[output]);
            }
        }

        return
        [
            TensorContent.Of(linear + ".weight", [outputs, inputs], integers),
            TensorContent.Of(QuantizedLayer.ScaleName(linear), [outputs], scales, WeightPrecision.Float32),
        ];
    }

    private static float[] Weight(SentenceModel model, string linear) => model.Weights.GetChecked(linear + ".weight").ToSingle();

    /// <summary>Gives the largest magnitude of each channel of the smoothed inputs, over all tokens of the texts.</summary>
    private static Dictionary<string, float[]> MeasureInputs(SentenceModel model, BertConfiguration encoder, IReadOnlyList<string> texts)
    {
        using var sequences = new TokenSequences(model);
        using var session = NativeComputation.CreateSession(CalibrationGraph.Build(model, encoder, out IReadOnlyList<string> names), threads: 1);
        int width = encoder.HiddenSize;
        float[] magnitudes = new float[names.Count * width];
        float[] largest = new float[magnitudes.Length];
        foreach (string text in texts)
        {
            sequences.Clear();
            sequences.AddText(text);

            // A tokenizer without special tokens gives none for an empty text.
            if (sequences.TotalTokens > 0)
            {
                Measure(session, sequences[0], magnitudes);
                TensorPrimitives.Max(largest, magnitudes, largest);
            }
        }

        return Enumerable.Range(0, names.Count).ToDictionary(i => names[i], i => largest.AsSpan(i * width, width).ToArray(), StringComparer.Ordinal);
    }

    private static void Measure(InferenceSession session, ReadOnlySpan<int> sequence, float[] magnitudes)
    {
        long[] ids = new long[sequence.Length];
        long[] mask = new long[sequence.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = sequence[i];
            mask[i] = 1;
        }

        long[] shape = [1, ids.Length];
        using var idsValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var result = OrtValue.CreateTensorValueFromMemory(magnitudes, [magnitudes.Length]);
        NativeComputation.Run(session, threads: 1, [SentenceGraph.InputIds, SentenceGraph.AttentionMask], [idsValue, maskValue], [CalibrationGraph.Magnitudes], [result], CancellationToken.None);
    }
}
