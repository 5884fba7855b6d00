/// Something that has a definition: what it is called, and how it is made.
struct SchemaObject: Sendable {
    typealias Kind = SchemaObjectKind

    /// What identifies an object on a server.
    struct ID: Sendable, Hashable, Comparable {
        var kind: Kind
        @ExactText var database: String
        /// Equal to `database` for a database itself.
        @ExactText var name: String

        static func < (left: ID, right: ID) -> Bool {
            (left.kind.rank, left._database, left._name) < (right.kind.rank, right._database, right._name)
        }

        /// True where the other object is in the same database.
        func isBeside(_ other: ID) -> Bool { _database == other._database }
    }

    /// What has to be equal for two objects to be.
    struct Definition: Sendable, Hashable {
        @ExactText var text: String
        var table: TableName?
    }

    var id: ID
    /// The definition as it is compared: without what may differ between equal servers (the AUTO_INCREMENT counter).
    var comparable: String
    /// The statement that makes the object.
    var creation: String
    /// The settings under which the statement has to run; nil where it does not depend on them.
    var context: CreationContext?
    /// For a trigger: its table.
    var table: TableName?
    /// For a trigger: its place among those that run at the same moment.
    var rank = 0

    var definition: Definition { Definition(text: comparable, table: table) }
}

/// The session settings that are stored with a view, trigger, routine or event.
struct CreationContext: Sendable {
    var sqlMode: String?
    var characterSetClient: String
    var collationConnection: String
    /// Only of events.
    var timeZone: String?
}

extension SchemaObject.Kind {
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
