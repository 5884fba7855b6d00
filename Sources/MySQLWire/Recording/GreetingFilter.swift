package import NIOCore

/// Takes capabilities out of the greeting on its way to the client, who then does not use them: without CLIENT_SSL a
/// client stays readable, without CLIENT_DEPRECATE_EOF the server speaks as it did before 5.7.5.
package struct GreetingFilter: Sendable {
    /// No greeting is longer.
    private static let longest = 4096

    private let hidden: CapabilityFlags
    private var held: ByteBuffer? = ByteBuffer()

    package init(hidden: CapabilityFlags) {
        self.hidden = hidden
    }

    /// - Returns: what to pass on; nil while the greeting has not wholly arrived.
    package mutating func pass(_ bytes: ByteBuffer) -> ByteBuffer? {
        guard var buffer = held else { return bytes }
        buffer.writeImmutableBuffer(bytes)
        guard let header: UInt32 = buffer.getInteger(at: 0, endianness: .little) else {
            held = buffer
            return nil
        }
        let length = Int(header & 0xFF_FFFF)
        if length <= Self.longest, buffer.readableBytes < length + PacketFramer.headerLength {
            held = buffer
            return nil
        }
        held = nil
        clear(in: &buffer, packetEnd: PacketFramer.headerLength + length)
        return buffer
    }

    /// What is still held when the server closes.
    package mutating func finish() -> ByteBuffer? {
        defer { held = nil }
        return held.flatMap { $0.readableBytes > 0 ? $0 : nil }
    }

    /// `0x0A, version NUL, thread id u32, nonce[8], 0x00, capabilities u16, character set u8, status u16, capabilities
    /// u16, …`
    private func clear(in buffer: inout ByteBuffer, packetEnd: Int) {
        let start = PacketFramer.headerLength
        guard buffer.getInteger(at: start, as: UInt8.self) == 0x0A,
            let nul = buffer.readableBytesView[start...].firstIndex(of: 0)
        else { return }
        let lower = nul + 1 + 4 + 8 + 1
        for (position, half) in [(lower, hidden.rawValue), (lower + 5, hidden.rawValue >> 16)] {
            guard position + 2 <= packetEnd,
                let flags: UInt16 = buffer.getInteger(at: position, endianness: .little)
            else { return }
            buffer.setInteger(flags & ~UInt16(truncatingIfNeeded: half), at: position, endianness: .little)
        }
    }
}
