internal import MySQLWire

/// Reads the definitions of all user databases.
struct SchemaReader: Sendable {
    let data: DataSession

    private static let excluded = SchemaInventory.excludedDatabases.map { SQLText.literal($0) }.joined(separator: ", ")
    private static let purpose = "reading the definitions"

    func inventory() async throws(DataError) -> SchemaInventory {
        var objects: [SchemaObject] = []
        objects += try await databases()
        let (tables, views) = try await tableNames()
        objects += try await definitions(of: tables, views)
        objects += try await triggers()
        objects += try await routines()
        objects += try await EventReader(data: data).events()
        return SchemaInventory(
            objects: Dictionary(objects.map { ($0.id, $0) }) { first, _ in first },
            tables: try await TableInfoReader(data: data).tables(tables)
        )
    }

    private func databases() async throws(DataError) -> [SchemaObject] {
        let names = try await rows(
            "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE \(Self.user("SCHEMA_NAME"))"
        )
        var objects: [SchemaObject] = []
        for name in names.compactMap({ $0.string(at: 0) }) {
            let statement = try await show("SHOW CREATE DATABASE \(quoted(name))", column: "Create Database")
            let id = SchemaObject.ID(kind: .database, database: name, name: name)
            objects.append(SchemaObject(id: id, comparable: statement, creation: statement))
        }
        return objects
    }

    private func tableNames() async throws(DataError) -> (tables: [(TableName, engine: String)], views: [TableName]) {
        let found = try await rows(
            """
            SELECT TABLE_SCHEMA AS d, TABLE_NAME AS n, TABLE_TYPE AS t, ENGINE AS e FROM information_schema.TABLES \
            WHERE \(Self.user("TABLE_SCHEMA")) ORDER BY 1, 2
            """
        )
        var tables: [(TableName, engine: String)] = []
        var views: [TableName] = []
        for row in found {
            guard let database = row.string("d"), let name = row.string("n") else { continue }
            let table = TableName(database: database, name: name)
            if row.string("t") == "VIEW" {
                views.append(table)
            } else {
                tables.append((table, engine: row.string("e") ?? ""))
            }
        }
        return (tables, views)
    }

    private func definitions(
        of tables: [(TableName, engine: String)],
        _ views: [TableName]
    ) async throws(DataError) -> [SchemaObject] {
        var objects: [SchemaObject] = []
        for (table, _) in tables {
            let statement = try await show("SHOW CREATE TABLE \(quoted(table))", column: "Create Table")
            objects.append(
                SchemaObject(
                    id: .init(kind: .table, database: table.database, name: table.name),
                    comparable: CreateStatement.withoutAutoIncrement(statement),
                    creation: statement
                )
            )
        }
        for view in views {
            let row = try await row("SHOW CREATE VIEW \(quoted(view))")
            objects.append(
                try object(.init(kind: .view, database: view.database, name: view.name), row, column: "Create View")
            )
        }
        return objects
    }

    private func triggers() async throws(DataError) -> [SchemaObject] {
        let found = try await rows(
            """
            SELECT TRIGGER_SCHEMA AS d, TRIGGER_NAME AS n, EVENT_OBJECT_TABLE AS t, ACTION_ORDER AS o \
            FROM information_schema.TRIGGERS WHERE \(Self.user("TRIGGER_SCHEMA")) \
            ORDER BY TRIGGER_SCHEMA, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER
            """
        )
        var objects: [SchemaObject] = []
        for entry in found {
            guard let database = entry.string("d"), let name = entry.string("n") else { continue }
            let row = try await row("SHOW CREATE TRIGGER \(quoted(TableName(database: database, name: name)))")
            let id = SchemaObject.ID(kind: .trigger, database: database, name: name)
            var trigger = try object(id, row, column: "SQL Original Statement")
            trigger.table = entry.string("t").map { TableName(database: database, name: $0) }
            trigger.rank = entry.integer("o") ?? 0
            trigger.comparable += "\n-- order: \(entry.string("o") ?? "")"
            objects.append(trigger)
        }
        return objects
    }

    private func routines() async throws(DataError) -> [SchemaObject] {
        let found = try await rows(
            """
            SELECT ROUTINE_SCHEMA AS d, ROUTINE_NAME AS n, ROUTINE_TYPE AS t FROM information_schema.ROUTINES \
            WHERE \(Self.user("ROUTINE_SCHEMA")) ORDER BY 1, 2, 3
            """
        )
        var objects: [SchemaObject] = []
        for entry in found {
            guard let database = entry.string("d"), let name = entry.string("n"), let type = entry.string("t") else {
                continue
            }
            let isFunction = type == "FUNCTION"
            let routine = quoted(TableName(database: database, name: name))
            let row = try await row("SHOW CREATE \(isFunction ? "FUNCTION" : "PROCEDURE") \(routine)")
            let id = SchemaObject.ID(kind: isFunction ? .function : .procedure, database: database, name: name)
            objects.append(try object(id, row, column: isFunction ? "Create Function" : "Create Procedure"))
        }
        return objects
    }

    /// An object whose SHOW CREATE also tells the settings it was made under.
    private func object(
        _ id: SchemaObject.ID,
        _ row: MySQLRow,
        column: String
    ) throws(DataError) -> SchemaObject {
        guard let statement = row.string(column) else {
            // NULL is how the server says that the account may not see it; two unseen definitions are not two equal ones.
            throw DataError(
                .unexpectedAnswer,
                server: data.name,
                message: "the account may not see the definition of \(id.kind.rawValue) \(id.database).\(id.name)"
            )
        }
        let context = CreationContext(
            sqlMode: row.string("sql_mode"),
            characterSetClient: row.string("character_set_client") ?? "utf8mb4",
            collationConnection: row.string("collation_connection") ?? "utf8mb4_0900_ai_ci"
        )
        let settings = [
            context.sqlMode ?? "", context.characterSetClient, context.collationConnection,
            row.string("Database Collation") ?? "",
        ]
        return SchemaObject(
            id: id,
            comparable: statement + "\n-- settings: " + settings.joined(separator: "; "),
            creation: statement,
            context: context
        )
    }

    private func rows(_ sql: String) async throws(DataError) -> [MySQLRow] {
        try await data.run(sql, Self.purpose).rows
    }

    private func row(_ sql: String) async throws(DataError) -> MySQLRow {
        guard let row = try await data.run(sql, Self.purpose).firstRow else {
            throw DataError(.unexpectedAnswer, server: data.name, message: "SHOW CREATE answered without a row")
        }
        return row
    }

    private func show(_ sql: String, column: String) async throws(DataError) -> String {
        guard let text = try await row(sql).string(column) else {
            throw DataError(.unexpectedAnswer, server: data.name, message: "SHOW CREATE answered without a definition")
        }
        return text
    }

    static func user(_ column: String) -> String { "\(column) NOT IN (\(excluded))" }
}

/// A name as SQL. Names come from the server itself, which allows neither an empty name nor U+0000; should one come
/// nevertheless, the statement fails.
func quoted(_ name: String) -> String {
    (try? SQLText.identifier(name)) ?? "``"
}

func quoted(_ table: TableName) -> String {
    "\(quoted(table.database)).\(quoted(table.name))"
}
