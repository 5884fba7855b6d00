import MySQLWire
import ReplicaKit

/// What `compare` shows.
struct CompareReport: Report {
    var comparisons: [ComparisonReport]

    var isIdentical: Bool { !comparisons.isEmpty && comparisons.allSatisfy(\.isIdentical) }

    /// What was not looked at, once each.
    var notCompared: [String] {
        var seen: Set<String> = []
        return comparisons.flatMap(\.notCompared).filter { seen.insert($0).inserted }.map(TerminalText.escaped)
    }

    func table(for terminal: Terminal) -> String {
        comparisons.map { Self.text($0, terminal) }.joined(separator: "\n")
    }

    private static func text(_ report: ComparisonReport, _ terminal: Terminal) -> String {
        let verdict =
            report.isIdentical
            ? Style.good.apply("✓ identical", colour: terminal.hasColour)
            : Style.bad.apply("✗ different", colour: terminal.hasColour)
        var text = "\(verdict): \(side(report.source)) and \(side(report.replica)): "
        text +=
            [
                Figures.count(report.databasesCompared, "database"), Figures.count(report.tablesCompared, "table"),
                Figures.count(report.rowsCompared, "row"), "compared in \(Figures.seconds(report.seconds))",
            ].joined(separator: ", ") + "\n"
        let differences = differences(report)
        if !differences.rows.isEmpty { text += differences.rendered(for: terminal) }
        for table in report.tables where !table.rows.isEmpty {
            text += "\n\(TerminalText.escaped("\(table.database).\(table.table)")):\n"
            for row in table.rows { text += "  " + TerminalText.escaped(report.line(row)) + "\n" }
            if table.isTruncated { text += "  … and more; the counts above are exact\n" }
        }
        for note in report.notCompared { text += "not compared: \(TerminalText.escaped(note))\n" }
        return text
    }

    private static func side(_ side: ComparisonReport.Side) -> String {
        TerminalText.escaped(side.server + (side.coordinates.map { " at \($0)" } ?? ""))
    }

    private static func differences(_ report: ComparisonReport) -> TextTable {
        var table = TextTable(columns: [
            .init(title: "kind"), .init(title: "name"), .init(title: "difference"),
            .init(title: "only on source", alignment: .right), .init(title: "only on replica", alignment: .right),
            .init(title: "changed", alignment: .right),
        ])
        for object in report.objects {
            let name =
                object.name.isEmpty || object.name == object.database
                ? object.database : "\(object.database).\(object.name)"
            let cells = [object.kind.rawValue, name, word(object.presence, hasOtherDefinition: true)]
            table.rows.append((cells + ["", "", ""]).map { TextTable.Cell($0) })
        }
        for difference in report.tables {
            let name = "\(difference.database).\(difference.table)"
            let kind = word(difference.presence, hasOtherDefinition: difference.definitions != nil)
            let counts = [difference.onlyOnSource, difference.onlyOnReplica, difference.changed].map { String($0) }
            let known = difference.rowsCompared ? counts : ["unknown", "unknown", "unknown"]
            table.rows.append((["table", name, kind] + known).map { TextTable.Cell($0) })
        }
        return table
    }

    private static func word(_ presence: Presence, hasOtherDefinition: Bool) -> String {
        switch presence {
        case .both: hasOtherDefinition ? "definition" : "rows"
        case .onlyOnSource: "only on source"
        case .onlyOnReplica: "only on replica"
        }
    }

    /// One line for each difference; nothing but the names where there is none.
    var tabSeparated: String {
        var table = TextTable(columns: [])
        for report in comparisons {
            let next = Self.differences(report)
            let pair = [report.source.server, report.replica.server].map { TextTable.Cell($0) }
            table.columns = [.init(title: "source"), .init(title: "replica")] + next.columns
            table.rows += next.rows.map { pair + $0 }
        }
        return table.tabSeparated
    }
}
