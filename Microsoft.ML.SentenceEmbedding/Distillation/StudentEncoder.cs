namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Finds the encoder of a student that can be trained.</summary>
internal static class StudentEncoder
{
    /// <summary>Gives the student's encoder.</summary>
    /// <exception cref="NotSupportedException">Its architecture is not trained.</exception>
    public static BertConfiguration Of(SentenceModel student) =>
        student.Encoder is BertConfiguration bert && bert.Architecture == BertReader.Architecture
            ? bert
            : throw new NotSupportedException($"The student {student.Name} has the encoder {student.Encoder.ArchitectureName}; {BertReader.Architecture.Name} can be trained.");
}
