using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>What the context's GpuDeviceId and FallbackToCpu do, on a machine whose ONNX Runtime has the CPU alone.</summary>
[TestClass]
public sealed class DeviceTests
{
    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    [TestMethod]
    public void A_device_that_is_missing_is_an_error()
    {
        MLContext context = CreateContext(fallback: false);

        AssertNamesDevice(() => Embed(context, options: null));
    }

    [TestMethod]
    public void A_device_that_is_missing_is_replaced_by_the_CPU_and_the_log_says_so()
    {
        MLContext context = CreateContext(fallback: true);
        var warnings = new List<string>();
        context.Log += (_, message) =>
        {
            if (message.Kind == Runtime.ChannelMessageKind.Warning)
            {
                warnings.Add(message.Message);
            }
        };

        float[][] vectors = Embed(context, options: null);

        float[][] expected = Embed(new MLContext(seed: 1), options: null);
        Assert.IsTrue(vectors.Zip(expected).All(pair => pair.First.SequenceEqual(pair.Second)));
        StringAssert.Contains(warnings.Single(), "the CPU is used");
    }

    [TestMethod]
    public void The_encoders_options_come_before_the_context()
    {
        AssertNamesDevice(() => Embed(CreateContext(fallback: true), new SentenceEncoderOptions { FallbackToCpu = false }));
        AssertNamesDevice(() => Embed(new MLContext(), new SentenceEncoderOptions { GpuDeviceId = 3 }));
        Assert.HasCount(3, Embed(CreateContext(fallback: false), new SentenceEncoderOptions { ConfigureSession = session => session.AppendExecutionProvider_CPU() }));
    }

    [TestMethod]
    public void The_stages_follow_the_context()
    {
        MLContext context = CreateContext(fallback: false);
        IDataView data = context.Data.LoadFromEnumerable(TextData.CreateRows(3));

        IDataView tokens = context.Transforms.TokenizeSentence("Tokens", "Text", Model).Fit(data).Transform(data);
        IDataView vectors = context.Transforms.ScoreTokens("Vectors", "Tokens", Model).Fit(tokens).Transform(tokens);

        Assert.HasCount(3, tokens.GetColumn<long[]>("Tokens").ToArray());
        AssertNamesDevice(() => vectors.GetColumn<float[]>("Vectors").Count());
    }

    [TestMethod]
    public void A_loaded_transformer_follows_the_context_that_loads_it()
    {
        MLContext context = CreateContext(fallback: false);
        IDataView data = context.Data.LoadFromEnumerable(TextData.CreateRows(3));
        using var zip = new MemoryStream();
        context.Model.Save(context.Transforms.SentenceEmbedding("Output", "Text", Model).Fit(data), data.Schema, zip);

        zip.Position = 0;
        ITransformer plain = new MLContext().Model.Load(zip, out _);
        zip.Position = 0;
        ITransformer onDevice = context.Model.Load(zip, out _);

        Assert.HasCount(3, plain.Transform(data).GetColumn<float[]>("Output").ToArray());
        AssertNamesDevice(() => onDevice.Transform(data).GetColumn<float[]>("Output").Count());
    }

    private static MLContext CreateContext(bool fallback) => new(seed: 1) { GpuDeviceId = 3, FallbackToCpu = fallback };

    private static float[][] Embed(MLContext context, SentenceEncoderOptions? options)
    {
        IDataView data = context.Data.LoadFromEnumerable(TextData.CreateRows(3));
        var estimator = context.Transforms.SentenceEmbedding(
            new SentenceEmbeddingEstimator.Options { OutputColumnName = "Output", InputColumnName = "Text", Model = Model, EncoderOptions = options });
        return [.. estimator.Fit(data).Transform(data).GetColumn<float[]>("Output")];
    }

    private static void AssertNamesDevice(Func<object> action)
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(action);

        StringAssert.Contains(exception.Message, "device 3 (GpuDeviceId");
    }
}
