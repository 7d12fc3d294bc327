namespace Microsoft.ML.SentenceEmbedding.Tests;

[TestClass]
public sealed class SentenceModelTests
{
    [TestMethod]
    [DynamicData(nameof(TinyModels.Rows), typeof(TinyModels))]
    public void Load_gives_the_settings_that_Python_reports(string name)
    {
        TinyGolden golden = TinyModels.Golden(name);

        SentenceModel model = SentenceModel.Load(TinyModels.Directory(name));

        Assert.AreEqual(name, model.Name);
        Assert.AreEqual(golden.MaxSeqLength, model.MaximumTokens);
        Assert.AreEqual(golden.SimilarityFnName, model.SimilarityFunction);
        Assert.AreEqual(golden.TruncateDim, model.TruncateDimensions);
        Assert.AreEqual(golden.DefaultPromptName, model.DefaultPromptName);
        CollectionAssert.AreEquivalent(golden.Prompts.ToArray(), model.Prompts.ToArray());
        Assert.AreEqual(golden.Encode.First(call => call.Args.IsPlain).ResolvedPrompt ?? string.Empty, model.Prompt);
        Assert.AreEqual(golden.Encode.First(call => call.Args.IsPlain).Shape[1], model.Dimensions);
    }
}
