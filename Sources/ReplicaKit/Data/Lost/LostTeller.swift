internal import MySQLWire

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Tells what one decoded transaction did.
struct LostTeller {
    let transaction: BinlogTransaction
    /// The old source's tables, as they are now.
    let tables: [TableName: TableInfo]

    struct Change {
        var told: LostReport.Change
        var cells: LostCells?
        var gap: String?
    }

    func told(_ changes: [Change]) -> LostReport.Transaction {
        var gaps = transaction.undecodableReasons
        for gap in changes.compactMap(\.gap) where !gaps.contains(gap) { gaps.append(gap) }
        switch transaction.xa {
        case .prepared(let xid): gaps.append("it is the prepared part of XA transaction \(xid)")
        case .committed(let xid), .rolledBack(let xid): gaps.append("it ends XA transaction \(xid)")
        case .onePhase, nil: break
        }
        return LostReport.Transaction(
            file: transaction.file,
            startPosition: transaction.startPosition,
            endPosition: transaction.endPosition,
            time: Self.time(transaction),
            gtid: transaction.gtid?.description,
            serverID: transaction.serverID,
            changes: changes.map(\.told),
            // CREATE USER stands there with the hash of its password.
            statements: transaction.statements.map {
                .init(database: $0.database, text: StatementRedactor.redacted($0.text))
            },
            gaps: gaps
        )
    }

    func change(_ change: BinlogRowChange) -> Change {
        let name = TableName(database: change.table.schema, name: change.table.name)
        let kind: LostReport.Change.Kind =
            switch change.kind {
            case .insert: .insert
            case .update: .update
            case .delete: .delete
            }
        var change = change
        let table = tables[name].flatMap { $0.columns.count == change.table.columns.count ? $0 : nil }
        if let table { change.complete(with: Self.descriptions(table)) }
        var told = LostReport.Change(
            kind: kind,
            database: name.database,
            table: name.name,
            key: nil,
            before: nil,
            after: nil,
            changedColumns: []
        )
        guard name.database != Self.accountsDatabase else {
            told.before = change.before.map { Self.hiddenImage($0) }
            told.after = change.after.map { Self.hiddenImage($0) }
            return Change(told: told, cells: nil, gap: "rows of \(name.database).\(name.name) are the server's own")
        }
        guard let table, let before = cells(change.before, table), let after = cells(change.after, table) else {
            told.before = change.before.map { Self.plainImage($0, change.table) }
            told.after = change.after.map { Self.plainImage($0, change.table) }
            let gap = "\(name.database).\(name.name) is not defined any more as it was when rows of it were lost"
            return Change(told: told, cells: nil, gap: gap)
        }
        let decoder = RowDecoder(TableSelect(table))
        told.before = before.cells.map { image($0, table, decoder) }
        told.after = after.cells.map { image($0, table, decoder) }
        told.key = table.key.isEmpty ? nil : (before.cells ?? after.cells).map { image($0, table, decoder, table.key) }
        if let one = before.cells, let other = after.cells {
            told.changedColumns = one.keys.sorted().filter { index in other[index].map { $0 != one[index] } ?? false }
                .map { table.columns[$0].name }
        }
        var gap = before.gap ?? after.gap
        if table.key.contains(where: { table.columns[$0].generation != .none }) {
            gap = gap ?? "the key of \(table.database).\(table.name) is generated"
        }
        if let gap { return Change(told: told, cells: nil, gap: gap) }
        return Change(told: told, cells: LostCells(table: table, before: before.cells, after: after.cells), gap: nil)
    }

    private struct Cells {
        /// By column; nil where there is no such image.
        var cells: [Int: LostValue.Cell]?
        var gap: String?
    }

    /// - Returns: nil where a value is of another type than its column is now.
    private func cells(_ image: BinlogRowChange.Image?, _ table: TableInfo) -> Cells? {
        guard let image else { return Cells(cells: nil, gap: nil) }
        var cells: [Int: LostValue.Cell] = [:]
        var gap: String?
        for (index, column) in table.columns.enumerated() where column.generation == .none {
            guard index < image.values.count, let value = image.values[index] else {
                gap = "the log holds only a part of each row (binlog_row_image is not FULL)"
                continue
            }
            guard let cell = LostValue.cell(value, column) else { return nil }
            if case .json(let document) = value, !document.isTextExact {
                gap = "column \(column.name) of \(table.name) holds JSON values that have no text of their own"
            }
            cells[index] = cell
        }
        return Cells(cells: cells, gap: gap)
    }

    private func image(
        _ cells: [Int: LostValue.Cell],
        _ table: TableInfo,
        _ decoder: RowDecoder,
        _ columns: [Int]? = nil
    ) -> RowImage {
        RowImage(
            fields: (columns ?? cells.keys.sorted()).compactMap { index in
                cells[index].map {
                    RowImage.Field(column: table.columns[index].name, value: decoder.value($0.bytes, column: index))
                }
            }
        )
    }

    /// Holds accounts with the hashes of their passwords, and passwords of other servers, as rows.
    private static let accountsDatabase = "mysql"

    private static func hiddenImage(_ image: BinlogRowChange.Image) -> RowImage {
        RowImage(
            fields: image.values.enumerated().compactMap { index, value in
                value.map { _ in RowImage.Field(column: "@\(index + 1)", value: .text("<redacted>")) }
            }
        )
    }

    /// What can be told where the table's definition is not known: the values in their order.
    private static func plainImage(_ image: BinlogRowChange.Image, _ table: BinlogTable) -> RowImage {
        RowImage(
            fields: zip(image.values, table.columns).enumerated().compactMap { index, pair in
                pair.0.map { value in
                    RowImage.Field(
                        column: pair.1.name ?? "@\(index + 1)",
                        value: value.text(pair.1).map { .text($0) } ?? .null
                    )
                }
            }
        )
    }

    private static func descriptions(_ table: TableInfo) -> [BinlogColumnDescription] {
        table.columns.enumerated().map { index, column in
            BinlogColumnDescription(
                name: column.name,
                isUnsigned: column.isUnsigned,
                isPrimaryKey: table.keyName == "PRIMARY" && table.key.contains(index)
            )
        }
    }

    private static func time(_ transaction: BinlogTransaction) -> String {
        let seconds =
            transaction.originalCommitTimestamp.map { Double($0) / 1_000_000 } ?? Double(transaction.timestamp)
        return Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
