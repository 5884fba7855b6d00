extension ComparisonReport {
    /// What differs, in lines for people: each place with its numbers, then its rows, as far as they were kept.
    public func lines(limit: Int) -> [String] {
        var lines = objects.map { "\($0.kind.rawValue) \($0.database).\($0.name): \(words($0.presence))" }
        for table in tables {
            let counts =
                table.hasRowDifferences
                ? [
                    "\(table.onlyOnSource) row(s) only on \(source.server)",
                    "\(table.onlyOnReplica) only on \(replica.server)", "\(table.changed) changed",
                ].joined(separator: ", ") : words(table.presence)
            lines.append("\(table.database).\(table.table): \(counts)")
            lines += table.rows.map { "  \(line($0))" }
        }
        guard lines.count > limit else { return lines }
        return lines.prefix(limit) + ["… and \(lines.count - limit) more lines"]
    }

    /// One row that differs, in one line.
    public func line(_ row: RowDifference) -> String {
        let copies = row.count > 1 ? " (\(row.count) times)" : ""
        switch row.kind {
        case .onlyOnSource: return "only on \(source.server)\(copies): \(row.onSource?.description ?? "")"
        case .onlyOnReplica: return "only on \(replica.server)\(copies): \(row.onReplica?.description ?? "")"
        case .changed:
            let changes = row.changedColumns.map { column in
                let values = [row.onSource, row.onReplica].map { $0?[column]?.description ?? "unknown" }
                return "\(column) is \(values[0]) on \(source.server), \(values[1]) on \(replica.server)"
            }
            return "\(row.key?.description ?? ""): \(changes.joined(separator: "; "))"
        }
    }

    private func words(_ presence: Presence) -> String {
        switch presence {
        case .both: "another definition"
        case .onlyOnSource: "only on \(source.server)"
        case .onlyOnReplica: "only on \(replica.server)"
        }
    }
}
