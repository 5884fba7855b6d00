internal import MySQLWire

/// Counts the differing rows of one walk, and keeps the first of them.
struct RowCollector {
    private let decoder: RowDecoder
    private let options: ComparisonOptions
    private var onlyOnSource: UInt64 = 0
    private var onlyOnReplica: UInt64 = 0
    private var changed: UInt64 = 0
    private var rows: [RowDifference] = []

    init(_ table: TableInfo, _ options: ComparisonOptions) {
        decoder = RowDecoder(TableSelect(table))
        self.options = options
    }

    mutating func add(_ pair: RowPair) {
        switch pair {
        case .onlyOnSource(let row, let count):
            onlyOnSource &+= count
            keep(.onlyOnSource, count, source: row, replica: nil)
        case .onlyOnReplica(let row, let count):
            onlyOnReplica &+= count
            keep(.onlyOnReplica, count, source: nil, replica: row)
        case .changed(let source, let replica):
            changed &+= 1
            keep(.changed, 1, source: source, replica: replica)
        }
    }

    func fill(_ difference: inout TableDifference) {
        difference.onlyOnSource = onlyOnSource
        difference.onlyOnReplica = onlyOnReplica
        difference.changed = changed
        difference.rows = rows
    }

    private mutating func keep(
        _ kind: RowDifference.Kind,
        _ count: UInt64,
        source: MySQLRow?,
        replica: MySQLRow?
    ) {
        guard rows.count < options.rowsKept else { return }
        let select = decoder.select
        let limit = options.valueLimit
        let key = (source ?? replica).flatMap { row in
            select.table.key.isEmpty ? nil : decoder.image(row, columns: select.table.key, limit: limit)
        }
        rows.append(
            RowDifference(
                kind: kind,
                count: count,
                key: key,
                onSource: source.map { decoder.image($0, columns: select.columns, limit: limit) },
                onReplica: replica.map { decoder.image($0, columns: select.columns, limit: limit) },
                changedColumns: changedColumns(source, replica)
            )
        )
    }

    private func changedColumns(_ source: MySQLRow?, _ replica: MySQLRow?) -> [String] {
        guard let source, let replica else { return [] }
        return decoder.select.columns.enumerated()
            .filter { source.bytes(at: $0.offset) != replica.bytes(at: $0.offset) }
            .map { decoder.select.table.columns[$0.element].name }
    }
}
