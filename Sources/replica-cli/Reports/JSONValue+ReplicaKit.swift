import MySQLWire
import ReplicaKit

extension JSONValue {
    init(_ coordinates: BinaryLogCoordinates?) {
        self =
            coordinates.map { .object(["file": .string($0.file), "position": JSONValue($0.position)]) } ?? .null
    }

    init(_ error: ReplicationError?) {
        self =
            error.map {
                .object([
                    "number": JSONValue($0.number), "message": .string($0.message),
                    "timestamp": JSONValue($0.timestamp),
                ])
            } ?? .null
    }

    init(_ error: MySQLError) {
        self = .object([
            "code": .string(error.code.name), "phase": .string(error.phase.rawValue),
            "number": JSONValue(error.server?.number), "sqlState": JSONValue(error.server?.sqlState),
            "message": .string(error.description),
        ])
    }

    init(_ value: RowValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let number): JSONValue(number)
            case .unsigned(let number): JSONValue(number)
            case .text(let text): .string(text)
            case .bytes(let bytes): .object(["hex": .string(String(BinaryText.hexadecimal(bytes).dropFirst(2)))])
            }
    }

    init(_ row: RowImage?) {
        self = row.map { .object($0.fields.map { Member(key: $0.column, value: JSONValue($0.value)) }) } ?? .null
    }

    static func strings(_ values: [String: String]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: .string($0.value)) })
    }

    static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}

extension JSONValue {
    /// Null where they are not known.
    init(_ lost: [LostReport.Transaction]?) {
        self = lost.map { .array($0.map { JSONValue($0) }) } ?? .null
    }

    init(_ lost: LostReport.Transaction) {
        self = .object([
            "file": .string(lost.file), "startPosition": JSONValue(lost.startPosition),
            "endPosition": JSONValue(lost.endPosition), "time": .string(lost.time), "gtid": JSONValue(lost.gtid),
            "serverID": JSONValue(lost.serverID),
            "changes": .array(
                lost.changes.map { change in
                    .object([
                        "kind": .string(change.kind.rawValue), "database": .string(change.database),
                        "table": .string(change.table), "key": JSONValue(change.key),
                        "before": JSONValue(change.before), "after": JSONValue(change.after),
                        "changedColumns": .strings(change.changedColumns),
                    ])
                }
            ),
            "statements": .strings(lost.statements.map(\.text)), "gaps": .strings(lost.gaps),
        ])
    }
}
