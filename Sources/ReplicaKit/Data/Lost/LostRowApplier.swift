internal import MySQLWire

/// Applies one lost change inside the transaction.
struct LostRowApplier {
    let data: DataSession
    let change: LostChange
    let cells: LostCells

    private var table: TableInfo { cells.table }
    private var name: String { quoted(table.tableName) }

    /// - Returns: why it was not applied; nil where it was.
    func apply() async throws(DataError) -> KeepConflict? {
        if table.key.isEmpty { return try await applyWithoutKey() }
        if let before = cells.before {
            let present = try await row(before)
            guard let present else { return conflict(.rowMissing) }
            guard isSame(present, before) else { return conflict(.rowDiffers, image(present)) }
        } else if let after = cells.after, let present = try await row(after) {
            return conflict(.keyExists, image(present))
        }
        switch (cells.before, cells.after) {
        case (nil, let after?): return try await run(insertion(after))
        case (let before?, nil): return try await run("DELETE FROM \(name) WHERE \(keyCondition(before))")
        case (let before?, let after?):
            guard let assignments = try assignments(before, after) else { return nil }
            return try await run("UPDATE \(name) SET \(assignments) WHERE \(keyCondition(before))")
        case (nil, nil): return nil
        }
    }

    private func applyWithoutKey() async throws(DataError) -> KeepConflict? {
        switch (cells.before, cells.after) {
        case (nil, let after?): return try await run(insertion(after))
        case (let before?, nil): return try await run("DELETE FROM \(name) WHERE \(exactCondition(before)) LIMIT 1")
        case (let before?, let after?):
            guard let assignments = try assignments(before, after) else { return nil }
            return try await run("UPDATE \(name) SET \(assignments) WHERE \(exactCondition(before)) LIMIT 1")
        case (nil, nil): return nil
        }
    }

    /// An ENUM's index 0, which strict mode refuses.
    private var writesErrorValue: Bool {
        (cells.after ?? [:]).contains { index, cell in
            table.columns[index].kind == .enumeration && cell == .bytes([UInt8(ascii: "0")])
        }
    }

    /// Runs a statement that must change exactly one row.
    private func run(_ sql: String) async throws(DataError) -> KeepConflict? {
        let purpose = "applying a lost change of \(name)"
        if writesErrorValue { try await data.run("SET SESSION sql_mode = '\(DataSession.lenientMode)'", purpose) }
        do {
            let changed = try await data.run(sql, purpose).completion.affectedRows
            if writesErrorValue { try await data.run("SET SESSION sql_mode = '\(DataSession.exactMode)'", purpose) }
            return changed == 1 ? nil : conflict(.rowMissing)
        } catch {
            // The statement failed and the transaction goes on; where it does not (a deadlock), it is over.
            guard let number = error.serverErrorNumber, !Self.endsTransaction.contains(number) else { throw error }
            if writesErrorValue { try await data.run("SET SESSION sql_mode = '\(DataSession.exactMode)'", purpose) }
            var refused = conflict(.refused)
            refused.errorNumber = number
            return refused
        }
    }

    /// ER_LOCK_DEADLOCK rolls everything back; ER_LOCK_WAIT_TIMEOUT may; the rest is the session's or server's end.
    private static let endsTransaction: Set<UInt16> = [1205, 1213, 1053, 3024, 1317, 1290, 1836, 1792, 3100, 1180]

    private func insertion(_ after: [Int: LostValue.Cell]) throws(DataError) -> String {
        var names: [String] = []
        var values: [String] = []
        for index in after.keys.sorted() {
            names.append(quoted(table.columns[index].name))
            values.append(try ColumnLiteral.text(after[index]?.bytes, table.columns[index]))
        }
        return "INSERT INTO \(name) (\(names.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")))"
    }

    /// Every column, also one that keeps its value: a column with ON UPDATE CURRENT_TIMESTAMP that is not named would
    /// get a new one. Nil where nothing changes.
    private func assignments(_ before: [Int: LostValue.Cell], _ after: [Int: LostValue.Cell]) throws(DataError)
        -> String?
    {
        guard before != after else { return nil }
        var parts: [String] = []
        for index in after.keys.sorted() {
            let column = table.columns[index]
            parts.append("\(quoted(column.name)) = \(try ColumnLiteral.text(after[index]?.bytes, column))")
        }
        return parts.joined(separator: ", ")
    }

    private func keyCondition(_ cells: [Int: LostValue.Cell]) throws(DataError) -> String {
        var parts: [String] = []
        for index in table.key {
            let column = table.columns[index]
            parts.append("\(quoted(column.name)) = \(try ColumnLiteral.text(cells[index]?.bytes, column))")
        }
        return parts.joined(separator: " AND ")
    }

    private func exactCondition(_ cells: [Int: LostValue.Cell]) throws(DataError) -> String {
        var parts: [String] = []
        for index in cells.keys.sorted() {
            parts.append(try ColumnLiteral.condition(cells[index]?.bytes, table.columns[index]))
        }
        return parts.joined(separator: " AND ")
    }

    /// The row that has the same key now, locked; by the columns of ``TableSelect``.
    private func row(_ cells: [Int: LostValue.Cell]) async throws(DataError) -> MySQLRow? {
        let list = TableSelect(table).columns.map { ColumnExpression.read(table.columns[$0]) }.joined(separator: ", ")
        let sql = "SELECT \(list) FROM \(name) WHERE \(try keyCondition(cells)) FOR UPDATE"
        return try await data.run(sql, "reading a row of \(name)").firstRow
    }

    private func isSame(_ row: MySQLRow, _ cells: [Int: LostValue.Cell]) -> Bool {
        let select = TableSelect(table)
        return cells.allSatisfy { index, logged in
            guard let cell = select.cell(of: index) else { return false }
            return LostValue.isSame(row.bytes(at: cell), logged.bytes, table.columns[index])
        }
    }

    private func image(_ row: MySQLRow) -> RowImage {
        let select = TableSelect(table)
        return RowDecoder(select).image(row, columns: select.columns, limit: 1024)
    }

    private func conflict(_ reason: KeepConflict.Reason, _ present: RowImage? = nil) -> KeepConflict {
        KeepConflict(
            reason: reason,
            transaction: change.transaction,
            change: change.change,
            present: present,
            errorNumber: nil
        )
    }
}
