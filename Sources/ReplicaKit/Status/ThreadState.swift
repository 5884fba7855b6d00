/// What a replica says of one of its replication threads. Open: other values than the known ones are kept.
public struct ThreadState: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Runs; the receiver also has its connection.
    public static let yes = ThreadState(rawValue: "Yes")
    /// Does not run: never started, stopped, ended by an error, or (receiver) gave up.
    public static let no = ThreadState(rawValue: "No")
    /// The receiver runs, without a connection: it will try again.
    public static let connecting = ThreadState(rawValue: "Connecting")
    /// MariaDB: on its way up.
    public static let preparing = ThreadState(rawValue: "Preparing")

    public var description: String { rawValue }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
