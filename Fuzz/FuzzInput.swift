import NIOCore

/// Bytes to be taken from front to back: first what steers a target, then what it is fed with.
struct FuzzInput {
    private var bytes: [UInt8]
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = Array(bytes)
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// 0 where nothing is left.
    mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func take(_ count: Int) -> ByteBuffer {
        let end = min(bytes.count, position + count)
        defer { position = end }
        return ByteBuffer(bytes: bytes[position..<end])
    }

    mutating func rest() -> ByteBuffer { take(bytes.count) }
}
