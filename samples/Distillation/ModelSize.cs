using Microsoft.ML.SentenceEmbedding;

namespace Distillation;

/// <summary>How much room a model takes.</summary>
internal static class ModelSize
{
    /// <summary>Gives the megabytes (of a million bytes) of a model's weights as float16, which is how the models of the library are stored; those in 8-bit integers as they are.</summary>
    public static double Megabytes(SentenceModel model)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("model-size-");
        try
        {
            if (model.Precision == ModelPrecision.Int8)
            {
                model.Save(directory.FullName);
            }
            else
            {
                model.Save(directory.FullName, WeightPrecision.Float16);
            }

            return new FileInfo(Path.Combine(directory.FullName, "model.safetensors")).Length / 1e6;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
