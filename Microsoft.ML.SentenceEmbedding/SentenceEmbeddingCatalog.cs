using Microsoft.ML.Data;
using Microsoft.ML.SentenceEmbedding;

namespace Microsoft.ML;

/// <summary>The transforms of this library, as methods of <c>mlContext.Transforms</c>.</summary>
/// <remarks>
/// <para>
/// One line is enough: <c>mlContext.Transforms.SentenceEmbedding("Features", "Text")</c> turns a column of texts into vectors with the embedded model
/// all-MiniLM-L6-v2, ready for any trainer. <c>modelPath</c> takes another sentence-transformers directory.
/// </para>
/// <para>
/// The same in stages, to look inside or to put another part in between: <c>TokenizeSentence</c> (text to token ids), <c>ScoreTokens</c> (ids to token vectors)
/// and <c>PoolTokens</c> (token vectors to the sentence's vector). Give the three the same <see cref="SentenceModel"/>: they then share one session, and
/// are saved with one copy of the model. The one line gives the vectors that the three stages give, and keeps no token vectors in memory.
/// </para>
/// <para>
/// <c>mlContext.Model.Save</c> puts everything that the model consists of into model.zip, and <c>mlContext.Model.Load</c> needs nothing but this
/// package, on any machine.
/// </para>
/// </remarks>
public static class SentenceEmbeddingCatalog
{
    // ML.NET's catalogs have the optional input column too; the longer overloads differ in a parameter that is required.
#pragma warning disable RS0027
    /// <summary>Turns a column of texts into a column of sentence vectors with the embedded model, all-MiniLM-L6-v2.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single of the model's dimensions.</param>
    /// <param name="inputColumnName">The name of the column of texts; null for the name of the output column.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static SentenceEmbeddingEstimator SentenceEmbedding(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        catalog.SentenceEmbedding(new SentenceEmbeddingEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });
#pragma warning restore RS0027

    /// <summary>Turns a column of texts into a column of sentence vectors with the model of a sentence-transformers directory.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single of the model's dimensions.</param>
    /// <param name="inputColumnName">The name of the column of texts; null for the name of the output column.</param>
    /// <param name="modelPath">The path of the directory.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="InvalidDataException">A file of the directory is damaged.</exception>
    /// <exception cref="NotSupportedException">The model has a part that this library does not know.</exception>
    public static SentenceEmbeddingEstimator SentenceEmbedding(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string modelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        return catalog.SentenceEmbedding(
            new SentenceEmbeddingEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, ModelPath = modelPath });
    }

    /// <summary>Turns a column of texts into a column of sentence vectors with a model that is loaded already.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single of the model's dimensions.</param>
    /// <param name="inputColumnName">The name of the column of texts; null for the name of the output column.</param>
    /// <param name="model">The model; everything that is given the same instance shares one session.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static SentenceEmbeddingEstimator SentenceEmbedding(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, SentenceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return catalog.SentenceEmbedding(
            new SentenceEmbeddingEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Model = model });
    }

    /// <summary>Turns a column of texts into a column of sentence vectors.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="options">The names of the columns, the model, and how it is used.</param>
    /// <exception cref="ArgumentException">A name is empty, both a model and a path are given, or the model has no prompt of the name that is given.</exception>
    public static SentenceEmbeddingEstimator SentenceEmbedding(this TransformsCatalog catalog, SentenceEmbeddingEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>Trains a small model to give the vectors of a large one, and turns a column of texts into a column of its vectors.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single of the student's dimensions.</param>
    /// <param name="inputColumnName">The name of the column of texts; null for the name of the output column.</param>
    /// <param name="labelColumnName">The name of the column of the teacher's vectors: a vector of Single of the student's dimensions.</param>
    /// <param name="student">The model to begin with, such as <c>teacher.KeepLayers(0, 3)</c>.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static DistillSentenceEmbeddingEstimator DistillSentenceEmbedding(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string labelColumnName, SentenceModel student)
    {
        ArgumentNullException.ThrowIfNull(student);
        return catalog.DistillSentenceEmbedding(new DistillSentenceEmbeddingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            LabelColumnName = labelColumnName,
            Student = student,
        });
    }

    /// <summary>Trains a small model to give the vectors of a large one, and turns a column of texts into a column of its vectors.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="options">The names of the columns, the student, and how it is trained.</param>
    /// <exception cref="ArgumentException">A name is empty, or the student or the training is null.</exception>
    public static DistillSentenceEmbeddingEstimator DistillSentenceEmbedding(this TransformsCatalog catalog, DistillSentenceEmbeddingEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>Turns a column of texts into a column of token ids, special tokens included: the first stage of an embedding.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Int64, one for each token.</param>
    /// <param name="inputColumnName">The name of the column of texts; null for the name of the output column.</param>
    /// <param name="model">The model whose tokenizer is used; null for the embedded one.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static TokenizeSentenceEstimator TokenizeSentence(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, SentenceModel? model = null) =>
        catalog.TokenizeSentence(new TokenizeSentenceEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Model = model });

    /// <summary>Turns a column of texts into a column of token ids, and columns of the other inputs of an ONNX model if they are asked for.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="options">The names of the columns, and the model.</param>
    /// <exception cref="ArgumentException">A name is empty, two output columns have the same name, or the model has no prompt of the name that is given.</exception>
    public static TokenizeSentenceEstimator TokenizeSentence(this TransformsCatalog catalog, TokenizeSentenceEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>Turns a column of token ids into a column of token vectors: the second stage of an embedding.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single, the encoder's width for each token.</param>
    /// <param name="inputColumnName">The name of the column of ids, vectors of Int64; null for the name of the output column.</param>
    /// <param name="model">The model whose encoder is used; null for the embedded one.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static ScoreTokensEstimator ScoreTokens(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, SentenceModel? model = null) =>
        new(CatalogUtils.GetEnvironment(catalog), outputColumnName, inputColumnName, model);

    /// <summary>Turns a column of token vectors into a column of sentence vectors: the last stage of an embedding.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">The name of the column to append: a vector of Single of the model's dimensions.</param>
    /// <param name="inputColumnName">The name of the column of token vectors, vectors of Single; null for the name of the output column.</param>
    /// <param name="model">The model whose pooling and following modules are used; null for the embedded one.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static PoolTokensEstimator PoolTokens(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, SentenceModel? model = null) =>
        catalog.PoolTokens(new PoolTokensEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Model = model });

    /// <summary>Turns a column of token vectors into a column of sentence vectors, with other dimensions or normalization than the model's if they are asked for.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="options">The names of the columns, the model, and what is made of a vector.</param>
    /// <exception cref="ArgumentException">A name is empty, or the model has no prompt of the name that is given.</exception>
    public static PoolTokensEstimator PoolTokens(this TransformsCatalog catalog, PoolTokensEstimator.Options options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);
}
