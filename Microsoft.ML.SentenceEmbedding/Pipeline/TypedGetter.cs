namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Turns a getter of unknown type into one of the type that a caller asks for.</summary>
internal static class TypedGetter
{
    /// <summary>Casts a <see cref="ValueGetter{TValue}"/>.</summary>
    /// <exception cref="InvalidOperationException">The column's values have another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column '{column.Name}': '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");
}
