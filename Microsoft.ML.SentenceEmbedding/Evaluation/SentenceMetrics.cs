using System.Globalization;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What an evaluator found: metrics by the names of sentence-transformers, such as "spearman_cosine".</summary>
public sealed class SentenceMetrics
{
    private readonly Dictionary<string, double> _values;

    /// <summary>Creates metrics.</summary>
    /// <param name="primaryMetric">The name of the metric that decides between two models.</param>
    /// <param name="values">The metrics.</param>
    /// <exception cref="ArgumentException">The primary metric is not among the values, or a name is there twice.</exception>
    public SentenceMetrics(string primaryMetric, IReadOnlyList<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = new Dictionary<string, double>(values, StringComparer.Ordinal);
        Names = [.. values.Select(pair => pair.Key)];
        PrimaryMetric = primaryMetric;
        if (!_values.ContainsKey(primaryMetric))
        {
            throw new ArgumentException($"'{primaryMetric}' is none of the metrics {string.Join(", ", Names)}.", nameof(primaryMetric));
        }
    }

    /// <summary>Gets the name of the metric that decides between two models. Greater is better.</summary>
    public string PrimaryMetric { get; }

    /// <summary>Gets the value of the metric that decides between two models.</summary>
    public double PrimaryValue => _values[PrimaryMetric];

    /// <summary>Gets the metrics' names, in the evaluator's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets a metric.</summary>
    /// <param name="name">The metric's name, one of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such metric.</exception>
    public double this[string name] => _values[name];

    /// <summary>Lists the metrics.</summary>
    /// <returns>The names and the values with four decimals.</returns>
    public override string ToString() => string.Join(", ", Names.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {_values[name]:F4}")));
}
