namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Reads the fields of one protocol buffer message, one after the other, without copying or keeping any.</summary>
/// <param name="message">The message's bytes.</param>
/// <param name="fileName">The file's name for messages.</param>
internal ref struct ProtocolBufferReader(ReadOnlySpan<byte> message, string fileName)
{
    private const int LongestInteger = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Gets the field's number.</summary>
    public int Number { get; private set; }

    /// <summary>Gets the field's value where it is an integer of variable length, else 0.</summary>
    public ulong Integer { get; private set; }

    /// <summary>Gets the field's value where it is a message, text, or other bytes, else nothing.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false behind the last one.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message, or end too early.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = ReadInteger();
        if (tag > uint.MaxValue || tag >> 3 == 0)
        {
            throw Error("a field has no number");
        }

        Number = (int)(tag >> 3);
        Integer = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Integer = ReadInteger();
                break;
            case 1:
                Take(sizeof(ulong));
                break;
            case 2:
                Bytes = Take(ReadInteger());
                break;
            case 5:
                Take(sizeof(uint));
                break;
            default:
                throw Error("a field has a type that the format does not use");
        }

        return true;
    }

    private ulong ReadInteger()
    {
        ulong value = 0;
        for (int i = 0; i < LongestInteger; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7f) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Error("an integer does not end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw Error("it ends inside a field");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private readonly InvalidDataException Error(string reason) => new($"{fileName} is damaged, or no ONNX file: {reason}.");
}
