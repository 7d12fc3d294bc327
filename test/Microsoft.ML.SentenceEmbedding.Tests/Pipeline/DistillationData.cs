using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>A tiny teacher, and what tests of its distillation have in common.</summary>
internal static class DistillationData
{
    public const string Teacher = "Teacher";
    public const string Student = "Student";
    public const int RowCount = 300;

    public static SentenceModel TeacherModel { get; } = SentenceModel.Load(TinyModels.Directory("bert-mean-normalize"));

    public static List<TextRow> Rows { get; } = TextData.CreateRows(RowCount);

    /// <summary>Appends the teacher's vectors, without a memo, so that every vector that is read is computed and counted.</summary>
    public static SentenceEmbeddingTransformer CreateTeacher(MLContext mlContext, IDataView data, SentenceModel? model = null) =>
        mlContext.Transforms.SentenceEmbedding(new SentenceEmbeddingEstimator.Options
        {
            OutputColumnName = Teacher,
            InputColumnName = nameof(TextRow.Text),
            Model = model ?? TeacherModel,
            MaxCachedTexts = 0,
        }).Fit(data);

    public static DistillSentenceEmbeddingEstimator.Options CreateOptions(DistillationOptions? training = null) => new()
    {
        OutputColumnName = Student,
        InputColumnName = nameof(TextRow.Text),
        LabelColumnName = Teacher,
        Student = TeacherModel.KeepLayers(1),
        Training = training ?? CreateTraining(),
    };

    public static DistillationOptions CreateTraining() => new() { BatchSize = 16, LearningRate = 2e-3f, Epochs = 3 };

    /// <summary>Gives the mean squared difference of two columns of vectors.</summary>
    public static double GetError(IDataView data)
    {
        float[][] teacher = [.. data.GetColumn<float[]>(Teacher)];
        float[][] student = [.. data.GetColumn<float[]>(Student)];
        return teacher.Zip(student, (x, y) => Math.Pow(TensorPrimitives.Distance<float>(x, y), 2) / x.Length).Average();
    }
}
