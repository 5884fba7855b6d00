import MySQLWire
import ReplicaKit

extension CompareReport {
    var json: JSONValue {
        .object(["schema": 1, "identical": .bool(isIdentical), "comparisons": .array(comparisons.map(JSONValue.init))])
    }
}

extension JSONValue {
    init(_ report: ComparisonReport) {
        func side(_ side: ComparisonReport.Side) -> JSONValue {
            .object(["server": .string(side.server), "coordinates": JSONValue(side.coordinates)])
        }
        self = .object([
            "identical": .bool(report.isIdentical),
            "source": side(report.source),
            "replica": side(report.replica),
            "databasesCompared": JSONValue(report.databasesCompared),
            "tablesCompared": JSONValue(report.tablesCompared),
            "rowsCompared": JSONValue(report.rowsCompared),
            "objects": .array(report.objects.map(JSONValue.init)),
            "tables": .array(report.tables.map(JSONValue.init)),
            "notCompared": .strings(report.notCompared),
            "seconds": JSONValue(report.seconds),
        ])
    }

    private init(_ object: ObjectDifference) {
        self = .object([
            "kind": .string(object.kind.rawValue), "database": .string(object.database), "name": .string(object.name),
            "presence": .string(object.presence.rawValue), "onSource": JSONValue(object.onSource),
            "onReplica": JSONValue(object.onReplica),
        ])
    }

    private init(_ table: TableDifference) {
        self = .object([
            "database": .string(table.database),
            "table": .string(table.table),
            "presence": .string(table.presence.rawValue),
            "definitions": table.definitions.map {
                .object(["onSource": .string($0.onSource), "onReplica": .string($0.onReplica)])
            } ?? .null,
            "rowsCompared": .bool(table.rowsCompared),
            "rowCountOnSource": JSONValue(table.rowCountOnSource),
            "rowCountOnReplica": JSONValue(table.rowCountOnReplica),
            "onlyOnSource": table.rowsCompared ? JSONValue(table.onlyOnSource) : .null,
            "onlyOnReplica": table.rowsCompared ? JSONValue(table.onlyOnReplica) : .null,
            "changed": table.rowsCompared ? JSONValue(table.changed) : .null,
            "key": .strings(table.key),
            "rows": .array(table.rows.map(JSONValue.init)),
            "truncated": .bool(table.isTruncated),
            "note": JSONValue(table.note),
        ])
    }

    init(_ row: RowDifference) {
        self = .object([
            "kind": .string(row.kind.rawValue), "count": JSONValue(row.count), "key": JSONValue(row.key),
            "onSource": JSONValue(row.onSource), "onReplica": JSONValue(row.onReplica),
            "changedColumns": .strings(row.changedColumns),
        ])
    }
}
