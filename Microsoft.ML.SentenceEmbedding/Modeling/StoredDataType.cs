namespace Microsoft.ML.SentenceEmbedding;

/// <summary>The element types of safetensors files.</summary>
internal enum StoredDataType
{
    /// <summary>One byte, 0 or 1.</summary>
    Boolean,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Floating point, 8 bits, 5 of exponent.</summary>
    Float8E5M2,

    /// <summary>Floating point, 8 bits, 4 of exponent.</summary>
    Float8E4M3,

    /// <summary>A power of two, 8 bits.</summary>
    Float8E8M0,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>The upper half of a single.</summary>
    BFloat16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>IEEE double precision.</summary>
    Float64,

    /// <summary>Two singles.</summary>
    Complex64,
}
