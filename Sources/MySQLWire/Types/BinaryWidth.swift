/// How a value lies in ProtocolBinary::ResultsetRow.
enum BinaryWidth: Sendable, Hashable {
    case fixed(UInt8)
    case lengthEncoded
    /// A type of a later server: where its value ends cannot be known.
    case unknown
}
