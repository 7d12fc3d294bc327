using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What this processor's products of 8-bit integers can hold.</summary>
internal static class Int8Kernels
{
    // CPUID leaf 7: AVX512_VNNI is bit 11 of ECX, AVX_VNNI is bit 4 of EAX of subleaf 1 (Intel's manual, volume 2, CPUID).
    private const int ExtendedFeatures = 7;
    private const int Avx512VnniBit = 1 << 11;
    private const int AvxVnniBit = 1 << 4;

    /// <summary>Gets a value indicating whether two products are added up in 16 bits, where two of full range do not fit: x64 without VNNI (vpmaddubsw).</summary>
    public static bool Saturate { get; } = X86Base.IsSupported && !HasVnni();

    private static bool HasVnni()
    {
        if (X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
        {
            return false;
        }

        var (subleaves, _, features, _) = X86Base.CpuId(ExtendedFeatures, 0);
        bool onVectorsOf512Bits = Avx512BW.IsSupported && (features & Avx512VnniBit) != 0;
        bool onVectorsOf256Bits = Avx2.IsSupported && subleaves > 0 && (X86Base.CpuId(ExtendedFeatures, 1).Eax & AvxVnniBit) != 0;
        return onVectorsOf512Bits || onVectorsOf256Bits;
    }
}
