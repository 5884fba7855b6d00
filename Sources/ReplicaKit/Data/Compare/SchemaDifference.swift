/// Compares inventories.
enum SchemaDifference {
    /// Everything with a definition, tables excepted: those are reported together with their rows.
    static func objects(_ source: SchemaInventory, _ replica: SchemaInventory) -> [ObjectDifference] {
        Set(source.objects.keys).union(replica.objects.keys)
            .filter { $0.kind != .table }
            .sorted()
            .compactMap { id in difference(id, source.objects[id], replica.objects[id]) }
    }

    private static func difference(
        _ id: SchemaObject.ID,
        _ ours: SchemaObject?,
        _ theirs: SchemaObject?
    ) -> ObjectDifference? {
        guard ours?.definition != theirs?.definition else { return nil }
        return ObjectDifference(
            kind: id.kind,
            database: id.database,
            name: id.name,
            presence: ours == nil ? .onlyOnReplica : theirs == nil ? .onlyOnSource : .both,
            onSource: ours?.comparable,
            onReplica: theirs?.comparable
        )
    }
}
