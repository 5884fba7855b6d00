/// What two servers' user data have in common, and every place in which they differ.
public struct ComparisonReport: Sendable, Hashable, Codable {
    /// One side of the comparison.
    public struct Side: Sendable, Hashable, Codable {
        public var server: String
        /// The end of that server's own binary log when its snapshot was taken; nil where it was not read.
        public var coordinates: BinaryLogCoordinates?

        public init(server: String, coordinates: BinaryLogCoordinates?) {
            self.server = server
            self.coordinates = coordinates
        }
    }

    public var source: Side
    public var replica: Side
    /// True only where everything that is compared is equal.
    public var isIdentical: Bool
    public var databasesCompared: Int
    public var tablesCompared: Int
    /// Rows on the source's side that were compared, by hash or one by one.
    public var rowsCompared: UInt64
    /// Databases, views, triggers, routines and events that are missing on a side or defined otherwise.
    public var objects: [ObjectDifference]
    /// Tables that are missing on a side, defined otherwise, or hold other rows.
    public var tables: [TableDifference]
    /// What was not looked at, in words: equality is claimed for nothing of it.
    public var notCompared: [String]
    public var seconds: Double
}

/// On which side something is.
public enum Presence: String, Sendable, Hashable, Codable {
    case both, onlyOnSource, onlyOnReplica
}

/// A definition that is missing on a side, or another one there.
public struct ObjectDifference: Sendable, Hashable, Codable {
    public var kind: SchemaObjectKind
    public var database: String
    public var name: String
    public var presence: Presence
    /// The definition, as it is compared; nil where the side lacks it.
    public var onSource: String?
    public var onReplica: String?
}
