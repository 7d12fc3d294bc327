using System.Text;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Writes Markdown, a block at a time, with an empty line between two blocks.</summary>
internal sealed class MarkdownWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Gives foreign text in one line and without the characters that mean something in Markdown.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (character is '\\' or '`' or '*' or '|' or '[' or ']' or '<' or '>')
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(character) ? ' ' : character);
        }

        return escaped.ToString();
    }

    /// <summary>Adds a heading, of level 1 to 6.</summary>
    public void Heading(int level, string title) => Block($"{new string('#', level)} {title}");

    /// <summary>Adds lines that belong together: a paragraph, a list, or anything else.</summary>
    public void Block(params ReadOnlySpan<string> lines)
    {
        if (_text.Length > 0)
        {
            _text.Append('\n');
        }

        foreach (string line in lines)
        {
            _text.Append(line).Append('\n');
        }
    }

    /// <summary>Adds lines of code.</summary>
    public void Code(string language, params ReadOnlySpan<string> lines) => Block([$"```{language}", .. lines, "```"]);

    /// <summary>Adds a table. The cells are Markdown; every row has one for each column.</summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
        => Block([Row(columns), Row([.. columns.Select(_ => ":--")]), .. rows.Select(Row)]);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |";
}
