package import NIOCore

extension ByteBuffer {
    /// Appends what arrived to what has not been read yet.
    ///
    /// A fresh buffer where there is no room, since others may still share the old one's storage; twice what is needed,
    /// so that a large payload is not copied with every read.
    package mutating func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        guard readableBytes > 0 else {
            self = bytes
            return
        }
        guard writableBytes < bytes.readableBytes else {
            writeImmutableBuffer(bytes)
            return
        }
        var grown = ByteBuffer()
        grown.reserveCapacity(2 * (readableBytes + bytes.readableBytes))
        grown.writeImmutableBuffer(self)
        grown.writeImmutableBuffer(bytes)
        self = grown
    }
}
