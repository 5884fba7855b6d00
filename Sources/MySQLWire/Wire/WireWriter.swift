package import NIOCore

/// Writes the fields of a payload.
extension ByteBuffer {
    package mutating func writeLittle<Integer: FixedWidthInteger>(_ value: Integer) {
        writeInteger(value, endianness: .little)
    }

    package mutating func writeUInt24(_ value: UInt32) {
        writeLittle(UInt16(truncatingIfNeeded: value))
        writeInteger(UInt8(truncatingIfNeeded: value >> 16))
    }

    /// `int<lenenc>`, in its shortest form.
    package mutating func writeLengthEncoded(_ value: UInt64) {
        switch value {
        case 0...0xFA: writeInteger(UInt8(value))
        case 0...0xFFFF:
            writeInteger(UInt8(0xFC))
            writeLittle(UInt16(value))
        case 0...0xFF_FFFF:
            writeInteger(UInt8(0xFD))
            writeUInt24(UInt32(value))
        default:
            writeInteger(UInt8(0xFE))
            writeLittle(value)
        }
    }

    package mutating func writeLengthEncoded(bytes: some Collection<UInt8>) {
        writeLengthEncoded(UInt64(bytes.count))
        writeBytes(bytes)
    }

    package mutating func writeLengthEncoded(string: String) {
        writeLengthEncoded(bytes: string.utf8)
    }

    package mutating func writeNullTerminated(_ text: String) {
        writeString(text)
        writeInteger(UInt8(0))
    }
}
