using Microsoft.ML.SentenceEmbedding.Tests;
using Microsoft.Testing.Platform.Builder;

if (ChildProcess.TryExecute(out int exitCode))
{
    return exitCode;
}

var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddSelfRegisteredExtensions(args);
using var application = await builder.BuildAsync();
return await application.RunAsync();
