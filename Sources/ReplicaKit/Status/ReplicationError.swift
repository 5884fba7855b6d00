/// The latest error of a replication thread. The number decides; the text is for people and changes between versions.
public struct ReplicationError: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Never 0: a thread without an error has no value of this type.
    public var number: Int
    public var message: String
    /// As the server writes it (`YYMMDD HH:MM:SS` in its own time zone); nil where it says none.
    public var timestamp: String?

    public init(number: Int, message: String, timestamp: String? = nil) {
        self.number = number
        self.message = message
        self.timestamp = timestamp
    }

    public var description: String { "error \(number): \(message)" }
}
