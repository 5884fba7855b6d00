package import NIOCore

/// Reads one packet's payload. Every length is compared with what is there before it is believed.
package struct WireReader {
    package let packet: String
    package private(set) var buffer: ByteBuffer
    private let start: Int

    /// - Parameters:
    ///   - buffer: the payload: its readable bytes.
    ///   - packet: the manual's name of the packet, for errors.
    package init(_ buffer: ByteBuffer, packet: String) {
        self.buffer = buffer
        self.packet = packet
        self.start = buffer.readerIndex
    }

    package var offset: Int { buffer.readerIndex - start }
    package var remaining: Int { buffer.readableBytes }
    package var isAtEnd: Bool { buffer.readableBytes == 0 }

    package func peek() -> UInt8? { buffer.getInteger(at: buffer.readerIndex) }

    package func error(_ field: String, _ reason: String) -> WireError {
        WireError(packet: packet, field: field, offset: offset, reason: reason)
    }

    package mutating func integer<Integer: FixedWidthInteger>(
        _ field: String,
        as type: Integer.Type = Integer.self
    ) throws(WireError) -> Integer {
        guard let value: Integer = buffer.readInteger(endianness: .little) else { throw error(field, "truncated") }
        return value
    }

    package mutating func uint24(_ field: String) throws(WireError) -> UInt32 {
        let low: UInt16 = try integer(field)
        let high: UInt8 = try integer(field)
        return UInt32(low) | UInt32(high) << 16
    }

    package mutating func skip(_ count: Int, _ field: String) throws(WireError) {
        guard count >= 0, count <= remaining else { throw error(field, "truncated") }
        buffer.moveReaderIndex(forwardBy: count)
    }

    /// `int<lenenc>`; 0xFB (NULL) and 0xFF are errors here.
    package mutating func lengthEncoded(_ field: String) throws(WireError) -> UInt64 {
        switch try integer(field, as: UInt8.self) {
        case let small where small <= 0xFA: return UInt64(small)
        case 0xFC: return UInt64(try integer(field, as: UInt16.self))
        case 0xFD: return UInt64(try uint24(field))
        case 0xFE: return try integer(field, as: UInt64.self)
        case let other: throw error(field, "0x\(String(other, radix: 16)) begins no length-encoded integer")
        }
    }

    package mutating func bytes(_ count: Int, _ field: String) throws(WireError) -> ByteBuffer {
        guard count >= 0, let slice = buffer.readSlice(length: count) else { throw error(field, "truncated") }
        return slice
    }

    /// `string<lenenc>`.
    package mutating func lengthEncodedBytes(_ field: String) throws(WireError) -> ByteBuffer {
        let count = try lengthEncoded(field)
        guard count <= UInt64(remaining) else { throw error(field, "longer than its packet") }
        return try bytes(Int(count), field)
    }

    package mutating func lengthEncodedString(_ field: String) throws(WireError) -> String {
        String(buffer: try lengthEncodedBytes(field))
    }

    /// `string<lenenc>` in a character set that the session chooses: see ``text(of:)``.
    package mutating func lengthEncodedText(_ field: String) throws(WireError) -> (text: String, raw: [UInt8]?) {
        Self.text(of: try lengthEncodedBytes(field))
    }

    /// Text that should be UTF-8; where it is not, also the bytes, so that nothing is lost.
    package static func text(of bytes: ByteBuffer) -> (text: String, raw: [UInt8]?) {
        if let text = String(validating: bytes.readableBytesView, as: UTF8.self) { return (text, nil) }
        return (String(buffer: bytes), Array(bytes.readableBytesView))
    }

    /// `string<NUL>`.
    package mutating func nullTerminated(_ field: String) throws(WireError) -> ByteBuffer {
        guard let length = buffer.readableBytesView.firstIndex(of: 0).map({ $0 - buffer.readerIndex }) else {
            throw error(field, "no NUL at its end")
        }
        let slice = try bytes(length, field)
        try skip(1, field)
        return slice
    }

    /// `string<NUL>`, whose NUL may be missing at the end of the packet.
    package mutating func nullTerminatedOrRest(_ field: String) throws(WireError) -> ByteBuffer {
        guard buffer.readableBytesView.contains(0) else { return rest() }
        return try nullTerminated(field)
    }

    /// `string<EOF>`.
    package mutating func rest() -> ByteBuffer {
        let slice = buffer
        buffer.moveReaderIndex(to: buffer.writerIndex)
        return slice
    }
}
