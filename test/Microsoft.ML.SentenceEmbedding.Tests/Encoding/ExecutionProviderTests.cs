using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>The way of the session's options to ONNX Runtime. The package under test has no provider but the CPU's, so that every other one is missing.</summary>
[TestClass]
public sealed class ExecutionProviderTests
{
    private const string Text = "A sentence.";

    private static readonly SentenceModel Model = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    [TestMethod]
    public void The_options_given_make_the_session()
    {
        // ONNX Runtime writes the graph that it runs where these options say: a file that is there proves that they arrived.
        string path = TemporaryFiles.CreatePath(".onnx");
        using var plain = new SentenceEncoder(Model);
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions
        {
            ConfigureSession = session =>
            {
                session.AppendExecutionProvider_CPU();
                session.OptimizedModelFilePath = path;
            },
        });

        float[] vector = encoder.Encode(Text);

        CollectionAssert.AreEqual(plain.Encode(Text), vector);
        Assert.IsTrue(File.Exists(path));
        Assert.IsNull(encoder.CpuFallbackReason);
    }

    [TestMethod]
    public void The_options_have_the_number_of_threads_already()
    {
        int threads = 0;
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions { IntraOpThreads = 3, ConfigureSession = session => threads = session.IntraOpNumThreads });

        encoder.Encode(Text);

        Assert.AreEqual(3, threads);
    }

    [TestMethod]
    public void One_method_makes_one_session_whoever_uses_it()
    {
        int calls = 0;
        Action<SessionOptions> count = _ => calls++;
        using var first = new SentenceEncoder(Model, new SentenceEncoderOptions { ConfigureSession = count });
        using var second = new SentenceEncoder(Model, new SentenceEncoderOptions { ConfigureSession = count, GpuDeviceId = 1 });
        Assert.AreEqual(0, calls);

        first.Encode(Text);
        second.Encode(Text);
        first.Encode([Text, Text]);

        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public void A_missing_provider_is_an_error_that_names_the_option()
    {
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions { ConfigureSession = session => session.AppendExecutionProvider("OpenVINO") });

        for (int call = 0; call < 2; call++)
        {
            var exception = Assert.ThrowsExactly<InvalidOperationException>(() => encoder.Encode(Text));

            StringAssert.Contains(exception.Message, nameof(SentenceEncoderOptions.ConfigureSession));
            StringAssert.Contains(exception.Message, nameof(SentenceEncoderOptions.FallbackToCpu));
            Assert.IsInstanceOfType<OnnxRuntimeException>(exception.InnerException);
        }
    }

    [TestMethod]
    public void A_missing_provider_can_be_replaced_by_the_CPU()
    {
        using var plain = new SentenceEncoder(Model);
        using var encoder = new SentenceEncoder(
            Model, new SentenceEncoderOptions { ConfigureSession = session => session.AppendExecutionProvider("OpenVINO"), FallbackToCpu = true });
        Assert.IsNull(encoder.CpuFallbackReason);

        CollectionAssert.AreEqual(plain.Encode(Text), encoder.Encode(Text));

        StringAssert.Contains(encoder.CpuFallbackReason, "OpenVINO");
    }

    [TestMethod]
    public void An_error_in_the_users_method_is_not_replaced_by_the_CPU()
    {
        var own = new FormatException("mine");
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions { ConfigureSession = _ => throw own, FallbackToCpu = true });

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => encoder.Encode([Text]));

        Assert.AreSame(own, exception.InnerException);
        StringAssert.Contains(exception.Message, nameof(SentenceEncoderOptions.ConfigureSession));
    }

    [TestMethod]
    public void A_missing_device_is_an_error_that_names_the_option()
    {
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions { GpuDeviceId = 7 });

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => encoder.Encode(Text));

        StringAssert.Contains(exception.Message, "device 7 (GpuDeviceId");
        Assert.IsNotNull(exception.InnerException);
    }

    [TestMethod]
    public void A_missing_device_can_be_replaced_by_the_CPU()
    {
        using var plain = new SentenceEncoder(Model);
        using var encoder = new SentenceEncoder(Model, new SentenceEncoderOptions { GpuDeviceId = 0, FallbackToCpu = true });

        CollectionAssert.AreEqual(plain.Encode(Text), encoder.Encode(Text));

        StringAssert.Contains(encoder.CpuFallbackReason, "CUDA");
    }

    [TestMethod]
    public void A_negative_device_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SentenceEncoderOptions { GpuDeviceId = -1 });

    [TestMethod]
    public void Settings_without_effect_do_not_keep_encoders_from_sharing_a_session()
    {
        Assert.AreEqual(new ExecutionSettings(), ExecutionSettings.Create(new SentenceEncoderOptions { FallbackToCpu = true, TokenBudget = 7 }));
        Assert.AreEqual(new ExecutionSettings(GpuDeviceId: 2, FallsBackToCpu: true), ExecutionSettings.Create(new SentenceEncoderOptions { GpuDeviceId = 2 }, 1, true));
        Action<SessionOptions> method = _ => { };
        Assert.AreEqual(
            new ExecutionSettings(ConfigureSession: method, FallsBackToCpu: true), ExecutionSettings.Create(new SentenceEncoderOptions { ConfigureSession = method, GpuDeviceId = 2 }, 1, true));
        Assert.AreEqual(new ExecutionSettings(GpuDeviceId: 1), ExecutionSettings.Create(new SentenceEncoderOptions { FallbackToCpu = false }, 1, true));
    }
}
