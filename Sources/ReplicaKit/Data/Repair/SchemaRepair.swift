internal import MySQLWire

/// Makes definitions equal: drops what is too much or different, and makes what is missing.
struct SchemaRepair {
    let session: RepairSession
    let wanted: SchemaInventory
    let present: SchemaInventory

    /// Looks, before anything is changed, whether everything that has to be made can be made.
    func check() throws(DataError) {
        for (id, object) in wanted.objects where present.objects[id]?.definition != object.definition {
            guard let context = object.context, !object.creation.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            // Its bytes were written in that character set, and are sent as UTF-8 here.
            guard ["utf8mb4", "utf8mb3", "utf8"].contains(context.characterSetClient) else {
                throw DataError(
                    .cannotBeWritten,
                    server: session.data.name,
                    message: """
                        \(id.kind.rawValue) \(id.database).\(id.name) was written in \(context.characterSetClient) \
                        and is not plain ASCII: make it by hand, then repair again
                        """
                )
            }
        }
    }

    /// Drops what is not wanted or defined otherwise, and makes missing databases.
    ///
    /// - Returns: the tables to make and fill: missing ones, and those that were defined otherwise.
    func clear() async throws(DataError) -> Set<TableName> {
        for object in wanted.objects(of: .database) {
            let there = present.objects[object.id]
            if there == nil {
                try await session.define(object.creation, database: object.id.database, object: nil)
            } else if there?.definition != object.definition {
                try await session.define(
                    alteration(object.creation),
                    database: object.id.database,
                    object: nil,
                    undo: [alteration(there?.creation ?? "")]
                )
            }
        }
        let extra = present.objects(of: .database).filter { wanted.objects[$0.id] == nil }
        for kind in [SchemaObject.Kind.event, .trigger, .view, .procedure, .function, .table] {
            for object in present.objects(of: kind) where !isEqual(object) {
                // They go with their database, and triggers with a table that goes.
                if extra.contains(where: { $0.id.isBeside(object.id) }) { continue }
                try await drop(object)
            }
        }
        for database in extra {
            let undo = present.objects.values.filter { database.id.isBeside($0.id) }
                .sorted { $0.id < $1.id }.map(\.creation)
            try await session.define(
                "DROP DATABASE \(quoted(database.id.database))",
                database: database.id.database,
                object: nil,
                undo: undo
            )
        }
        return Set(
            wanted.tables.keys.filter { name in
                let id = SchemaObject.ID(kind: .table, database: name.database, name: name.name)
                return wanted.objects[id].map { !isEqual($0) } ?? false
            }
        )
    }

    /// The triggers that ``clear()`` leaves where they are.
    var keptTriggers: [SchemaObject] { present.objects(of: .trigger).filter(isEqual) }

    func createTables(_ names: Set<TableName>) async throws(DataError) {
        for name in names.sorted() {
            let id = SchemaObject.ID(kind: .table, database: name.database, name: name.name)
            if let table = wanted.objects[id] { try await session.create(table) }
        }
    }

    /// Makes everything that is not a table and still missing; routines before views, triggers and events last.
    func createObjects(present: SchemaInventory) async throws(DataError) {
        for kind in [SchemaObject.Kind.function, .procedure] {
            for object in missing(kind, present) { try await session.create(object) }
        }
        try await createViews(missing(.view, present))
        for kind in [SchemaObject.Kind.trigger, .event] {
            for object in missing(kind, present) { try await session.create(object) }
        }
    }

    /// A view may rest on another: those that cannot be made yet are tried again as long as others can be.
    private func createViews(_ views: [SchemaObject]) async throws(DataError) {
        var waiting = views
        while !waiting.isEmpty {
            var failed: [(SchemaObject, DataError)] = []
            for view in waiting {
                do {
                    try await session.create(view)
                } catch {
                    guard error.serverErrorNumber != nil else { throw error }
                    failed.append((view, error))
                }
            }
            if failed.count == waiting.count, let (_, error) = failed.first { throw error }
            waiting = failed.map(\.0)
        }
    }

    private func missing(_ kind: SchemaObject.Kind, _ present: SchemaInventory) -> [SchemaObject] {
        let objects = wanted.objects.values.filter { $0.id.kind == kind && present.objects[$0.id] == nil }
        // Triggers of one table run in the order in which they are made.
        return objects.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    }

    private func isEqual(_ object: SchemaObject) -> Bool {
        wanted.objects[object.id]?.definition == present.objects[object.id]?.definition
    }

    private func drop(_ object: SchemaObject) async throws(DataError) {
        let name = quoted(TableName(database: object.id.database, name: object.id.name))
        try await session.define(
            "DROP \(object.id.kind.rawValue.uppercased()) IF EXISTS \(name)",
            database: object.id.database,
            object: object.id.name,
            undo: [object.creation]
        )
    }

    /// `CREATE DATABASE …` as ALTER DATABASE: the options are the same.
    private func alteration(_ creation: String) -> String {
        "ALTER" + creation.drop { $0 != " " }
    }
}
