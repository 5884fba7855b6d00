/// Parts of SQL texts that do not go through SQLText where they stand, by the file in Sources. Somebody looked at
/// each: what can it be, and who decides that?
enum ReviewedSQL {
    /// Words and numbers of this program's own: constants, names of variables and functions, integers.
    static let own: [String: [String]] = [
        "MySQLWire/Client/QueryKiller.swift": ["session.connectionID"],
        "MySQLWire/Client/SessionIdentity.swift": ["server"],
        "ReplicaKit/Data/Compare/TableDigest.swift": [#"bucketing == nil ? "" : " GROUP BY 1""#],
        "ReplicaKit/Data/Lost/LostRowApplier.swift": ["DataSession.exactMode", "DataSession.lenientMode"],
        "ReplicaKit/Data/Repair/RepairSession.swift": ["DataSession.exactMode", "DataSession.lenientMode"],
        "ReplicaKit/Data/Repair/RowWriter.swift": ["copies"],
        "ReplicaKit/Data/Repair/SchemaRepair.swift": ["object.id.kind.rawValue.uppercased()"],
        "ReplicaKit/Data/Rows/TableSelect.swift": ["$0.lower", "$0.upper", "hashCell + 1"],
        "ReplicaKit/Data/Saved/SavedScript.swift": ["DataSession.lenientMode"],
        "ReplicaKit/Data/Schema/EventReader.swift": [#"SchemaReader.user("EVENT_SCHEMA")"#, "disabled"],
        "ReplicaKit/Data/Schema/SchemaReader.swift": [
            #"Self.user("ROUTINE_SCHEMA")"#, #"Self.user("SCHEMA_NAME")"#, #"Self.user("TABLE_SCHEMA")"#,
            #"Self.user("TRIGGER_SCHEMA")"#, "column", "excluded", #"isFunction ? "FUNCTION" : "PROCEDURE""#,
        ],
        "ReplicaKit/Data/Schema/TableInfoReader.swift": [#"SchemaReader.user("TABLE_SCHEMA")"#],
        "ReplicaKit/Data/Session/DataSession+Settings.swift": ["Self.exactMode", "max(1, lockWaitSeconds)"],
        "ReplicaKit/Data/Session/DataSession.swift": ["Self.savepoint"],
        "ReplicaKit/Data/Session/PositionWait.swift": ["function", "position.position", "seconds"],
        "ReplicaKit/Data/Session/SnapshotOpener.swift": ["idle"],
        "ReplicaKit/Dialect/Dialect+ChangeSource.swift": ["name", "settings.getsPublicKey ? 1 : 0"],
        "ReplicaKit/Dialect/Dialect.swift": [
            "function", "place", "replica", "seconds", #"thread.map { " \($0.rawValue)" } ?? """#,
        ],
        "ReplicaKit/Operation/BinlogEventsScan.swift": ["page", "position"],
        // `holder` is one of the connection ids that were our own.
        "ReplicaKit/Operation/OperationContext.swift": ["holder", "options.idleSeconds", "patience"],
        "ReplicaKit/Operation/OperationContext+Replication.swift": ["options.lockWaitSeconds"],
        // `before` is what the server said, read as an integer.
        "ReplicaKit/Operation/SwitchoverBody.swift": ["before", "variable"],
        "ReplicaKit/Operation/TornTail.swift": [#"of("coordinator")"#, #"of("worker")"#, "queueing", "table"],
        "ReplicaKit/Plan/RejoinSteps.swift": ["$0.oldCoordinates.position", "options.lockWaitSeconds"],
        "ReplicaKit/Plan/SwitchoverSteps.swift": ["$0", "options.lockWaitSeconds"],
        "ReplicaKit/Topology/ServerObserver.swift": [
            "$0", #"+ names.map { "'\($0)'" }.joined(separator: ", ") + ")""#,
        ],
        "ReplicaLab/Drill/DrillCourse+Before.swift": ["Self.table"],
        "ReplicaLab/Drill/DrillCourse+Failover.swift": ["Self.table", "table"],
        "ReplicaLab/Drill/SwitchoverWriter.swift": ["DrillCourse.table"],
        "ReplicaLab/LabReplication.swift": ["position", "source.port"],
        "ReplicaLab/Server/LabAccounts.swift": ["replicationUser"],
        "replica-cli/Query/AbandonedStatement.swift": ["connectionID"],
    ]

    /// SQL already: built before from names that were quoted and values that were made literals.
    static let built: [String: [String]] = [
        "ReplicaKit/Data/Compare/TableDigest.swift": ["ColumnExpression.rowHash(table)", "bucket", "hash", "name"],
        "ReplicaKit/Data/Lost/LostRowApplier.swift": [
            "assignments", "exactCondition(before)", "keyCondition(before)", "list", "name",
            #"names.joined(separator: ", ")"#, "try ColumnLiteral.text(after[index]?.bytes, column)",
            "try ColumnLiteral.text(cells[index]?.bytes, column)", "try keyCondition(cells)",
            #"values.joined(separator: ", ")"#,
        ],
        "ReplicaKit/Data/Repair/RowWriter.swift": [
            #"conditions.joined(separator: " AND ")"#, "insertColumns", "name", "value",
        ],
        "ReplicaKit/Data/Repair/SchemaRepair.swift": ["name"],
        "ReplicaKit/Data/Rows/ColumnExpression.swift": ["name", "part", #"parts.joined(separator: ", ")"#, "value"],
        "ReplicaKit/Data/Rows/ColumnLiteral.swift": ["value"],
        "ReplicaKit/Data/Rows/TableSelect.swift": [
            "ColumnExpression.rowHash(table)", "condition", #"key.first ?? """#, #"key.joined(separator: ", ")"#,
            "list", "name",
        ],
        "ReplicaKit/Data/Saved/SavedRowWriter.swift": ["names"],
        "ReplicaKit/Data/Schema/EventReader.swift": ["literal", #"account(row.string("definer") ?? "")"#],
        "ReplicaKit/Data/Schema/SchemaReader.swift": ["routine"],
        "ReplicaKit/Dialect/Dialect.swift": ["forChannel(channel)", "tail"],
        "ReplicaKit/Plan/AnchorTable.swift": [#"values.joined(separator: ", ")"#],
        "ReplicaLab/Server/LabAccounts.swift": ["replication", "root"],
    ]

    /// Definitions of a server, written to another as they are: SHOW CREATE and its like, whose text is SQL.
    static let definitions: [String: [String]] = [
        "ReplicaKit/Data/Repair/SchemaRepair.swift": [#"+ creation.drop { $0 != " " }"#],
        "ReplicaKit/Data/Schema/EventReader.swift": [
            "body", #"row.string("completion") ?? "NOT PRESERVE""#, #"row.string("ifield") ?? """#,
            #"row.string("iv") ?? """#,
        ],
    ]

    /// Values whose every byte was looked at: digits and punctuation, or printable ASCII without quote and backslash.
    static let checked: [String: [String]] = [
        "MySQLWire/Binlog/BinlogValue+Text.swift": [
            "String(bits, radix: 2)", "date", "dateTime", "time", "timestamp",
        ],
        "ReplicaKit/Data/Rows/ColumnLiteral.swift": [
            "String(decoding: bytes, as: UTF8.self)", #"try checked(bytes, column, allowed: "0123456789-:. ")"#,
            "try number(bytes, column)",
        ],
    ]

    /// For people or files, and sent to no server.
    static let noSQL: [String: [String]] = [
        "MySQLWire/Binlog/BinlogDecimal.swift": ["precision", "scale"],
        "MySQLWire/Binlog/BinlogTable+Decode.swift": ["precision", "scale"],
        "MySQLWire/Recording/PacketDescriber.swift": [
            "String(buffer: bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, longest)) ?? bytes)"
        ],
        "MySQLWire/Recording/ReplayEvent.swift": ["text"],
        // Comments of a file, in one line each.
        "ReplicaKit/Data/Saved/SavedScript.swift": ["Self.oneLine(source)", "Self.oneLine(target)"],
        "ReplicaKit/Data/Rows/RowValue.swift": ["Hex.text(value)"],
        "ReplicaKit/Operation/PromoteBody.swift": [
            "candidate.name", "executed", "made.newCoordinates", "source.name",
        ],
        "ReplicaKit/Operation/SwitchoverBody.swift": ["candidate.name", "own.coordinates", "source.name", "sourceEnd"],
        "ReplicaKit/Plan/PlannerRules.swift": ["name"],
        "ReplicaLab/Drill/Servers/LabDrillServers.swift": ["process"],
        "ReplicaLab/Server/ServerOptions.swift": ["$0.key", "$0.value"],
    ]

    static let all: [String: Set<String>] = [own, built, definitions, checked, noSQL].reduce(into: [:]) { all, group in
        for (file, parts) in group { all[file, default: []].formUnion(parts) }
    }
}
