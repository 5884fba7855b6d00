import ReplicaKit

/// What `verify` shows.
struct VerifyReport: Report {
    var probe: ProbeReport

    var tableValue: TextTable {
        var table = TextTable(columns: [
            .init(title: "replica"), .init(title: "arrived"), .init(title: "seconds", alignment: .right),
            .init(title: "problem"),
        ])
        for arrival in probe.arrivals {
            let hasArrived = arrival.seconds != nil
            table.rows.append([
                .init(arrival.replica), .init(hasArrived ? "yes" : "no", style: hasArrived ? .good : .bad),
                .init(arrival.seconds.map { Figures.decimal($0, places: 4) } ?? "unknown"),
                .init(arrival.problem ?? ""),
            ])
        }
        return table
    }

    func table(for terminal: Terminal) -> String {
        "marker written on \(TerminalText.escaped(probe.source)) in \(Figures.seconds(probe.writeSeconds))\n"
            + tableValue.rendered(for: terminal)
    }

    var tabSeparated: String { tableValue.tabSeparated }

    var json: JSONValue {
        .object([
            "schema": 1,
            "arrived": .bool(probe.hasArrived),
            "source": .string(probe.source),
            "marker": .string(probe.marker),
            "writeSeconds": JSONValue(probe.writeSeconds),
            "replicas": .array(
                probe.arrivals.map { arrival in
                    .object([
                        "name": .string(arrival.replica), "arrived": .bool(arrival.seconds != nil),
                        "seconds": JSONValue(arrival.seconds), "problem": JSONValue(arrival.problem),
                    ])
                }
            ),
        ])
    }
}
