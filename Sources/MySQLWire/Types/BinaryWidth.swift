/// How a value lies in ProtocolBinary::ResultsetRow: in so many bytes, or otherwise.
struct BinaryWidth: RawRepresentable, Sendable, Hashable {
    let rawValue: UInt8

    static func fixed(_ bytes: UInt8) -> BinaryWidth { BinaryWidth(rawValue: bytes) }

    /// Its length comes before it.
    static let lengthEncoded = BinaryWidth(rawValue: 0)
    /// A type of a later server: where its value ends cannot be known.
    static let unknown = BinaryWidth(rawValue: .max)
}
