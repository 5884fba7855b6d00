internal import MySQLWire

/// Collects rows of one table into statements of bounded length, and runs them on the target.
final class RowWriter {
    private let session: RepairSession
    private let select: TableSelect
    private let table: TableInfo
    private let name: String
    private let insertColumns: String
    private let writableCells: [(cell: Int, column: ColumnInfo)]

    private var inserts = ""
    private var insertCount: UInt64 = 0
    /// An ENUM's index 0 is among them, which strict mode refuses.
    private var holdsErrorValue = false
    private var keys = ""
    private var keyCount: UInt64 = 0
    private(set) var inserted: UInt64 = 0
    private(set) var deleted: UInt64 = 0

    init(_ session: RepairSession, _ select: TableSelect) {
        self.session = session
        self.select = select
        table = select.table
        name = quoted(select.table.tableName)
        let table = select.table
        writableCells = table.writable.compactMap { index in
            select.cell(of: index).map { (cell: $0, column: table.columns[index]) }
        }
        insertColumns = writableCells.map { quoted($0.column.name) }.joined(separator: ", ")
    }

    /// Inserts a row, `copies` times.
    func insert(_ row: MySQLRow, copies: UInt64) async throws(DataError) {
        var values = "("
        var hasErrorValue = false
        for (cell, column) in writableCells {
            if values.utf8.count > 1 { values += ", " }
            let bytes = row.bytes(at: cell)
            if column.kind == .enumeration, bytes == [UInt8(ascii: "0")] { hasErrorValue = true }
            values += try ColumnLiteral.text(bytes, column)
        }
        values += ")"
        for _ in 0..<copies {
            if !inserts.isEmpty, inserts.utf8.count + values.utf8.count > limit { try await flushInserts() }
            inserts += inserts.isEmpty ? "INSERT INTO \(name) (\(insertColumns)) VALUES " : ", "
            inserts += values
            insertCount += 1
            holdsErrorValue = holdsErrorValue || hasErrorValue
            try checkLength(inserts)
            if insertCount >= UInt64(session.options.batchRows) { try await flushInserts() }
        }
    }

    /// Deletes a row of the target by its key.
    func deleteByKey(_ row: MySQLRow) async throws(DataError) {
        var values: [String] = []
        for index in table.key {
            guard let cell = select.cell(of: index) else { continue }
            let column = table.columns[index]
            let value = try ColumnLiteral.text(row.bytes(at: cell), column)
            values.append(table.key.count == 1 ? value : "\(quoted(column.name)) = \(value)")
        }
        // Not `(a, b) IN ((1, 2))`: there an ENUM is compared by its text, not by the number that stands here.
        let isSingle = table.key.count == 1
        let value = isSingle ? values.joined() : "(\(values.joined(separator: " AND ")))"
        if !keys.isEmpty, keys.utf8.count + value.utf8.count > limit { try await flushDeletes() }
        if keys.isEmpty {
            keys = "DELETE FROM \(name) WHERE "
            if isSingle, let column = table.key.first { keys += "\(quoted(table.columns[column].name)) IN (" }
        } else {
            keys += isSingle ? ", " : " OR "
        }
        keys += value
        keyCount += 1
        if keyCount >= UInt64(min(session.options.batchRows, 500)) { try await flushDeletes() }
    }

    /// The statement that deletes so many copies of exactly this row.
    func deletionByContent(_ row: MySQLRow, copies: UInt64) throws(DataError) -> (sql: String, rows: UInt64) {
        var conditions: [String] = []
        for (cell, index) in select.columns.enumerated() {
            conditions.append(try ColumnLiteral.condition(row.bytes(at: cell), table.columns[index]))
        }
        let sql = "DELETE FROM \(name) WHERE \(conditions.joined(separator: " AND ")) LIMIT \(copies)"
        try checkLength(sql)
        return (sql, copies)
    }

    /// Runs deletions by content, some in each transaction.
    func delete(_ deletions: [(sql: String, rows: UInt64)]) async throws(DataError) {
        for start in stride(from: 0, to: deletions.count, by: 20) {
            let batch = Array(deletions[start..<min(start + 20, deletions.count)])
            try await session.write(batch, table)
            try await written(deleted: batch.reduce(0) { $0 + $1.rows }, inserted: 0)
        }
    }

    /// Deletes every row, in bounded transactions.
    func deleteAll() async throws(DataError) {
        let purpose = "emptying \(table.database).\(table.name)"
        while true {
            let result = try await session.data.run("DELETE FROM \(name) LIMIT 10000", purpose)
            let count = result.completion.affectedRows
            guard count > 0 else { return }
            try await written(deleted: count, inserted: 0)
        }
    }

    /// Runs what is still collected.
    func finish() async throws(DataError) {
        try await flushDeletes()
        try await flushInserts()
    }

    private var limit: Int { min(session.options.batchBytes, session.packetLimit) }

    private func flushInserts() async throws(DataError) {
        guard insertCount > 0 else { return }
        try await session.write([(inserts, insertCount)], table, isLenient: holdsErrorValue)
        try await written(deleted: 0, inserted: insertCount)
        (inserts, insertCount, holdsErrorValue) = ("", 0, false)
    }

    private func flushDeletes() async throws(DataError) {
        guard keyCount > 0 else { return }
        try await session.write([(table.key.count == 1 ? keys + ")" : keys, keyCount)], table)
        try await written(deleted: keyCount, inserted: 0)
        (keys, keyCount) = ("", 0)
    }

    private func written(deleted: UInt64, inserted: UInt64) async throws(DataError) {
        self.deleted += deleted
        self.inserted += inserted
        var event = RepairEvent.willRun("", on: session.data.name, database: table.database, object: table.name)
        event.kind = .rowsWritten
        event.statement = nil
        (event.rowsDeleted, event.rowsInserted) = (deleted, inserted)
        try await session.announce(event)
    }

    private func checkLength(_ sql: String) throws(DataError) {
        guard sql.utf8.count > session.packetLimit else { return }
        throw DataError(
            .cannotBeWritten,
            server: session.data.name,
            message: "a row of \(table.database).\(table.name) is too long: raise max_allowed_packet on the target"
        )
    }
}
