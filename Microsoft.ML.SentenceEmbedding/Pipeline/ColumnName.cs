using System.Runtime.CompilerServices;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Checks the column names that a caller gives.</summary>
internal static class ColumnName
{
    /// <summary>Checks a name that has to be given.</summary>
    public static string Check(string? name, [CallerArgumentExpression(nameof(name))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, Shorten(parameter));
        return name;
    }

    /// <summary>Checks a name that may be null.</summary>
    public static string? CheckOptional(string? name, [CallerArgumentExpression(nameof(name))] string? parameter = null) =>
        name is null ? null : Check(name, parameter);

    /// <summary>Gives the name of the input column, which is the output column's if none is given.</summary>
    public static string GetInput(string? inputColumnName, string? outputColumnName, [CallerArgumentExpression(nameof(inputColumnName))] string? parameter = null) =>
        Check(inputColumnName ?? outputColumnName, parameter);

    // "options.InputColumnName" is InputColumnName to the caller.
    private static string? Shorten(string? parameter) => parameter?[(parameter.LastIndexOf('.') + 1)..];
}
