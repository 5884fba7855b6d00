/// Everything with a definition in a server's user databases.
struct SchemaInventory: Sendable {
    var objects: [SchemaObject.ID: SchemaObject]
    var tables: [TableName: TableInfo]

    /// What belongs to the server, and the journal of this project.
    static let excludedDatabases = ["mysql", "sys", "information_schema", "performance_schema", "replicakit"]

    /// What a comparison does not look at.
    static let notCompared = [
        "accounts, roles and privileges (schema mysql)",
        "schema replicakit (the journal)",
        "global variables and persisted settings",
        "AUTO_INCREMENT counters",
        "virtual generated columns, which follow from the others",
        "whether an event is enabled",
        "types inside JSON documents that print alike",
        "objects that the account may not see",
    ]

    func objects(of kind: SchemaObject.Kind) -> [SchemaObject] {
        objects.values.filter { $0.id.kind == kind }.sorted { $0.id < $1.id }
    }
}
