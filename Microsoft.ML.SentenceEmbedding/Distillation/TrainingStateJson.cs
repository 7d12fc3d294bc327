using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes and reads the part of a checkpoint that is no tensor.</summary>
internal static class TrainingStateJson
{
    /// <summary>Writes a state and whose it is.</summary>
    public static byte[] Write(TrainingState state, IReadOnlyList<KeyValuePair<string, string>> identity)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("identity");
            foreach (var (name, value) in identity)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteNumber("step", state.Step);
            json.WriteNumber("training_ticks", state.TrainingTime.Ticks);
            WriteNumber(json, "loss_sum", state.LossSum);
            json.WriteNumber("loss_steps", state.LossSteps);
            json.WriteNumber("best_step", state.BestStep);
            WriteNumber(json, "best_score", state.BestScore);
            json.WriteStartArray("log");
            state.Log.ForEach(evaluation => Write(json, evaluation));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="InvalidDataException">Something is missing or makes no sense, or the state is another training's.</exception>
    public static void Read(JsonItem json, string path, IReadOnlyList<KeyValuePair<string, string>> identity, TrainingState state)
    {
        JsonItem other = json.Get("identity");
        foreach (var (name, value) in identity)
        {
            string? found = other.Find(name)?.Text();
            if (found != value)
            {
                throw new InvalidDataException($"{path} is the checkpoint of another training: {name} is '{Excerpt.Of(found ?? "")}' there and '{value}' here. Give this training another checkpoint directory, or delete the file.");
            }
        }

        state.Step = json.Get("step").Integer(0, int.MaxValue);
        state.TrainingTime = TimeSpan.FromTicks(json.Get("training_ticks").Integer(0, long.MaxValue));
        state.LossSum = json.Find("loss_sum")?.Number() ?? 0;
        state.LossSteps = json.Get("loss_steps").Integer(0, int.MaxValue);
        state.BestStep = json.Get("best_step").Integer(0, int.MaxValue);
        state.BestScore = json.Find("best_score")?.Number();
        state.Log.AddRange(json.Get("log").Items().Select(ReadEvaluation));
    }

    private static void Write(Utf8JsonWriter json, DistillationEvaluation evaluation)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", evaluation.Epoch);
        json.WriteNumber("step", evaluation.Step);
        WriteNumber(json, "training_loss", evaluation.TrainingLoss);
        WriteNumber(json, "validation_loss", evaluation.ValidationLoss);
        json.WriteStartArray("metrics");
        foreach (var metrics in evaluation.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("primary", metrics.PrimaryMetric);
            json.WriteStartObject("values");
            foreach (string name in metrics.Names)
            {
                json.WriteString(name, metrics[name].ToString("R", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static DistillationEvaluation ReadEvaluation(JsonItem json) => new(
        json.Get("epoch").Number(),
        json.Get("step").Integer(0, int.MaxValue),
        json.Find("training_loss")?.Number(),
        json.Find("validation_loss")?.Number(),
        [.. json.Get("metrics").Items().Select(ReadMetrics)]);

    private static SentenceMetrics ReadMetrics(JsonItem json)
    {
        JsonItem primary = json.Get("primary");
        KeyValuePair<string, double>[] values = [.. json.Get("values").Properties().Select(pair => KeyValuePair.Create(pair.Key, ReadText(pair.Value)))];
        return values.Select(pair => pair.Key).Contains(primary.Text()) && values.DistinctBy(pair => pair.Key).Count() == values.Length
            ? new SentenceMetrics(primary.Text(), values)
            : throw primary.Error("the name of one of the metrics, which are different");
    }

    // Metrics are text, because JSON has no number for one that is not defined.
    private static double ReadText(JsonItem json)
        => double.TryParse(json.Text(), CultureInfo.InvariantCulture, out double number) ? number : throw json.Error("a number as text");

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is double value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
