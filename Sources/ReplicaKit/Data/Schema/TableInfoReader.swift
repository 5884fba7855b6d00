internal import MySQLWire

/// Reads the columns and keys of all user tables.
struct TableInfoReader: Sendable {
    let data: DataSession

    func tables(_ names: [(TableName, engine: String)]) async throws(DataError) -> [TableName: TableInfo] {
        let columns = try await columns()
        let keys = try await keys()
        var tables: [TableName: TableInfo] = [:]
        for (name, engine) in names {
            let own = columns[name] ?? []
            let unique = keys[name] ?? []
            let chosen = Self.identifyingKey(among: unique, columns: own)
            tables[name] = TableInfo(
                database: name.database,
                name: name.name,
                engine: engine,
                columns: own,
                key: chosen?.columns ?? [],
                keyName: chosen?.name,
                uniqueKeyCount: unique.count
            )
        }
        return tables
    }

    private func columns() async throws(DataError) -> [TableName: [ColumnInfo]] {
        let result = try await data.run(
            """
            SELECT TABLE_SCHEMA AS d, TABLE_NAME AS t, COLUMN_NAME AS n, DATA_TYPE AS dt, COLUMN_TYPE AS ct, \
            CHARACTER_SET_NAME AS cs, COLLATION_NAME AS co, IS_NULLABLE AS nu, EXTRA AS x \
            FROM information_schema.COLUMNS WHERE \(SchemaReader.user("TABLE_SCHEMA")) \
            ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
            """,
            "reading the columns"
        )
        var columns: [TableName: [ColumnInfo]] = [:]
        for row in result.rows {
            guard let database = row.string("d"), let table = row.string("t"), let name = row.string("n") else {
                continue
            }
            let extra = row.string("x") ?? ""
            columns[TableName(database: database, name: table), default: []].append(
                ColumnInfo(
                    name: name,
                    dataType: (row.string("dt") ?? "").lowercased(),
                    columnType: row.string("ct") ?? "",
                    characterSet: row.string("cs"),
                    collation: row.string("co"),
                    isNullable: row.string("nu") != "NO",
                    // Not to be taken for DEFAULT_GENERATED, which is a default that is an expression.
                    generation: extra.contains("VIRTUAL GENERATED")
                        ? .virtual : extra.contains("STORED GENERATED") ? .stored : .none
                )
            )
        }
        return columns
    }

    private func keys() async throws(DataError) -> [TableName: [UniqueKey]] {
        let result = try await data.run(
            """
            SELECT TABLE_SCHEMA AS d, TABLE_NAME AS t, INDEX_NAME AS i, COLUMN_NAME AS c, NULLABLE AS nu, SUB_PART AS p \
            FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0 AND \(SchemaReader.user("TABLE_SCHEMA")) \
            ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
            """,
            "reading the keys"
        )
        var keys: [TableName: [UniqueKey]] = [:]
        for row in result.rows {
            guard let database = row.string("d"), let table = row.string("t"), let index = row.string("i") else {
                continue
            }
            let name = TableName(database: database, name: table)
            if keys[name]?.last?.isNamed(index) != true { keys[name, default: []].append(UniqueKey(name: index)) }
            let last = (keys[name]?.count ?? 1) - 1
            // A part of a column, a value that may be NULL or an expression do not identify a row by whole columns.
            keys[name]?[last].parts.append(
                row.isNull(at: 5) && row.string("nu") != "YES" ? row.string("c") : nil
            )
        }
        return keys
    }

    private static func identifyingKey(
        among keys: [UniqueKey],
        columns: [ColumnInfo]
    ) -> (name: String, columns: [Int])? {
        let primaryFirst = keys.filter { $0.name == "PRIMARY" } + keys.filter { $0.name != "PRIMARY" }
        for key in primaryFirst {
            let indexes = key.parts.compactMap { part in
                part.flatMap { part in columns.firstIndex { $0.name.utf8.elementsEqual(part.utf8) } }
            }
            guard !indexes.isEmpty, indexes.count == key.parts.count else { continue }
            // No exact equality can be asked of these in a WHERE.
            guard !indexes.contains(where: { [.float, .double, .json].contains(columns[$0].kind) }) else { continue }
            return (key.name, indexes)
        }
        return nil
    }
}

private struct UniqueKey {
    var name: String
    /// Nil for what is no whole column without NULLs.
    var parts: [String?] = []

    func isNamed(_ name: String) -> Bool { self.name.utf8.elementsEqual(name.utf8) }
}
