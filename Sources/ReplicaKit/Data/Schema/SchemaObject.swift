/// Something that has a definition: what it is called, and how it is made.
public struct SchemaObject: Sendable, Hashable {
    /// What kinds of objects are compared.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case database, table, view, trigger, procedure, function, event
    }

    /// What identifies an object on a server.
    public struct ID: Sendable, Hashable, Comparable {
        public var kind: Kind
        public var database: String
        /// Equal to `database` for a database itself.
        public var name: String

        public static func < (left: ID, right: ID) -> Bool {
            let (leftKind, rightKind) = (left.kind.rank, right.kind.rank)
            return (leftKind, left.database, left.name) < (rightKind, right.database, right.name)
        }
    }

    public var id: ID
    /// The definition as it is compared: without what may differ between equal servers (the AUTO_INCREMENT counter).
    public var comparable: String
    /// The statement that makes the object.
    public var creation: String
    /// The settings under which the statement has to run; nil where it does not depend on them.
    public var context: CreationContext?
    /// For a trigger: its table.
    public var table: String?
    /// For a trigger: its place among those that run at the same moment.
    var rank = 0
}

/// The session settings that are stored with a view, trigger, routine or event.
public struct CreationContext: Sendable, Hashable {
    public var sqlMode: String?
    public var characterSetClient: String
    public var collationConnection: String
    /// Only of events.
    public var timeZone: String?
}

extension SchemaObject.Kind {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
