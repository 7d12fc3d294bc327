using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.SentenceEmbedding.Benchmarks;

/// <summary>transformers.js with the plain export under Node, in a process of its own that times itself; batches of 32 in input order, its own tokenizer.</summary>
internal sealed class TransformersJsPeer : Peer
{
    /// <summary>The environment variable with the path of a folder where @huggingface/transformers is installed.</summary>
    private const string DirectoryVariable = "TRANSFORMERS_JS_DIRECTORY";

    // A line of texts in, a line of seconds and vectors out.
    private const string Script = """
        const { pipeline, env } = require('@huggingface/transformers');
        const [directory, model, threads, maximumTokens] = process.argv.slice(1);
        (async () => {
          env.allowRemoteModels = false;
          env.localModelPath = directory;
          const extract = await pipeline('feature-extraction', model, { dtype: 'fp32', session_options: { intraOpNumThreads: Number(threads) } });
          extract.tokenizer.config.model_max_length = Number(maximumTokens);
          for await (const line of require('readline').createInterface({ input: process.stdin })) {
            const texts = JSON.parse(line), vectors = [], start = performance.now();
            for (let i = 0; i < texts.length; i += 32) {
              vectors.push(...(await extract(texts.slice(i, i + 32), { pooling: 'mean', normalize: true })).tolist());
            }
            const seconds = (performance.now() - start) / 1000;
            console.log(JSON.stringify({ seconds, vectors }));
          }
        })();
        """;

    // Its tokenizer gives other ids than Python's for a few of the texts: truncation cuts the closing token off, and rare characters differ.
    private const double TokenizerCosine = 0.85;

    private readonly Process _node;

    private TransformersJsPeer(Process node)
        : base("transformers.js")
    {
        _node = node;
        MinimumCosine = TokenizerCosine;
    }

    /// <summary>Starts the process, or says why not and gives null.</summary>
    public static TransformersJsPeer? TryStart(BenchmarkData data, int threads)
    {
        string? directory = Environment.GetEnvironmentVariable(DirectoryVariable);
        if (directory is null || !Directory.Exists(Path.Combine(directory, "node_modules", "@huggingface", "transformers")))
        {
            Console.WriteLine($"transformers.js is skipped: {DirectoryVariable} names no folder where @huggingface/transformers is installed.");
            return null;
        }

        string[] arguments = ["-e", Script, data.ModelsDirectory, BenchmarkData.ExportName, threads.ToString(CultureInfo.InvariantCulture), SentenceModel.Default.MaximumTokens.ToString(CultureInfo.InvariantCulture)];
        try
        {
            var start = new ProcessStartInfo("node", arguments) { WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true };
            return new TransformersJsPeer(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("transformers.js is skipped: there is no node.");
            return null;
        }
    }

    public override float[][] Encode(IReadOnlyList<string> texts) => Ask(texts).Vectors;

    public override Cost Run(IReadOnlyList<string> texts) => new(Ask(texts).Seconds);

    public override void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }

    private Answer Ask(IReadOnlyList<string> texts)
    {
        _node.StandardInput.WriteLine(JsonSerializer.Serialize(texts));
        _node.StandardInput.Flush();
        string line = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("transformers.js ended; what it says is above.");
        return JsonSerializer.Deserialize<Answer>(line, JsonSerializerOptions.Web)!;
    }

    private sealed record Answer(double Seconds, float[][] Vectors);
}
