internal import ReplicaKit

/// What differs between two servers, line by line.
enum DifferenceText {
    private static let rowLimit = 20

    static func lines(_ report: ComparisonReport) -> [String] {
        let (source, replica) = (report.source.server, report.replica.server)
        return report.objects.map { object in
            "\(object.kind.rawValue) \(object.database).\(object.name): "
                + presence(object.presence, "defined otherwise", source, replica)
        } + report.tables.flatMap { lines($0, source, replica) }
    }

    private static func lines(_ table: TableDifference, _ source: String, _ replica: String) -> [String] {
        let name = "\(table.database).\(table.table)"
        guard table.presence == .both else {
            return ["table \(name): \(presence(table.presence, "", source, replica))"]
        }
        var lines = table.definitions == nil ? [] : ["table \(name): defined otherwise"]
        for row in table.rows.prefix(rowLimit) {
            let times = row.count == 1 ? "" : " (\(row.count) times)"
            switch row.kind {
            case .onlyOnSource:
                lines.append("\(name): only on \(source): \(row.onSource.map { "\($0)" } ?? "?")\(times)")
            case .onlyOnReplica:
                lines.append("\(name): only on \(replica): \(row.onReplica.map { "\($0)" } ?? "?")\(times)")
            case .changed:
                let left = row.onSource.map { "\($0)" } ?? "?"
                let right = row.onReplica.map { "\($0)" } ?? "?"
                lines.append("\(name): \(source) has \(left), \(replica) has \(right)")
            }
        }
        let shown = min(table.rows.count, rowLimit)
        let all = table.onlyOnSource &+ table.onlyOnReplica &+ table.changed
        if all > UInt64(shown) { lines.append("\(name): \(all) differing rows in all") }
        return lines
    }

    private static func presence(_ presence: Presence, _ both: String, _ source: String, _ replica: String) -> String {
        switch presence {
        case .both: both
        case .onlyOnSource: "only on \(source)"
        case .onlyOnReplica: "only on \(replica)"
        }
    }
}
