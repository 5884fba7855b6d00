/// How the packets of a session are compressed (manual: Compression).
package enum CompressionMethod: Sendable, Hashable {
    case zlib
    /// The level is for what this side sends, and told to the server for what that sends: 1 to 22.
    case zstd(level: UInt8)

    /// The flag that client and server agree on it with.
    package var capability: CapabilityFlags {
        switch self {
        case .zlib: .compress
        case .zstd: .zstdCompression
        }
    }

    /// No input of that many bytes inflates to more: the formats cannot express it. Deflate repeats at most 258 bytes
    /// with two bits; zstd fills a block of 128 KiB with four bytes.
    func mostOutput(of compressedLength: Int) -> Int {
        switch self {
        case .zlib: compressedLength * 1032
        case .zstd: compressedLength * (32 << 10)
        }
    }
}
