import MySQLWire
import ReplicaKit

/// One simulated server: its variables, its binary log of rows and anchors, and one replication channel.
struct SimulatedServer {
    enum Change: Hashable {
        case row(String)
        case createDatabase
        case createTable
        case anchor([String])

        var rowText: String? { if case .row(let text) = self { text } else { nil } }
    }

    struct Channel: Hashable {
        var name = ""
        var source: String
        var read: UInt64
        var executed: UInt64
        var receiver = false
        var applier = false
        var knowsSource = false
        var receiverError: Int?
        /// What the living source answers to the receiver's login; nil where it lets it in.
        var rejection: Int?
        var applierError: Int?
    }

    let name: String
    let id: Int
    var uuid: String { "uuid-\(name)" }
    var isAlive = true
    var readOnly = false
    var superReadOnly = false
    var offline = false
    var checkpointPeriod = 300
    var persisted: [String: String] = [:]
    var rows: [String] = []
    var hasDatabase = false
    var hasTable = false
    var anchors: [[String]] = []
    private var log: [(change: Change, origin: String)] = []
    var channel: Channel?

    init(name: String, id: Int) {
        self.name = name
        self.id = id
    }

    // Each event is 100 bytes long; the first begins at 158 as on a real server.
    var end: BinaryLogCoordinates {
        BinaryLogCoordinates(file: "binlog.000001", position: 158 + 100 * UInt64(log.count))
    }

    func events(from position: UInt64) -> [Change] { log.dropFirst(Int(position - 158) / 100).map(\.change) }

    mutating func write(_ change: Change, origin: String? = nil) {
        _ = apply(change)
        log.append((change, origin ?? uuid))
    }

    /// What a crash and a start do.
    mutating func restart() {
        isAlive = true
        checkpointPeriod = 300
        superReadOnly = persisted["super_read_only"] == "ON"
        readOnly = superReadOnly
        offline = false
        channel?.receiver = true
        channel?.applier = true
    }

    private mutating func apply(_ change: Change) -> Int? {
        switch change {
        case .row(let text): rows.append(text)
        case .createDatabase: hasDatabase = true
        case .createTable:
            guard hasDatabase else { return 1049 }
            hasTable = true
        case .anchor(let values):
            guard hasTable else { return 1146 }
            if anchors.contains(where: { $0[0] == values[0] && $0[1] == values[1] }) { return 1062 }
            anchors.append(values)
        }
        return nil
    }

    // MARK: Replication

    mutating func replicate(from source: SimulatedServer) {
        guard var channel else { return }
        if channel.receiver {
            if let rejection = channel.rejection, source.isAlive {
                channel.receiverError = rejection
            } else if source.isAlive {
                channel.receiverError = nil
                channel.knowsSource = true
                channel.read = max(channel.read, source.end.position)
            } else {
                channel.receiverError = 2003
            }
        }
        while channel.applier, channel.applierError == nil, channel.executed < channel.read {
            let event = source.log[Int(channel.executed - 158) / 100]
            if event.origin != uuid {
                if let error = apply(event.change) {
                    channel.applierError = error
                    channel.applier = false
                    break
                }
                log.append(event)
            }
            channel.executed += 100
        }
        self.channel = channel
    }

    // MARK: Statements

    mutating func execute(_ whole: String, sourceUUID: (String) -> String?) throws(MySQLError) -> MySQLResult {
        let named = whole.components(after: " FOR CHANNEL '").dropLast()
        let sql = named.isEmpty ? whole : String(whole.dropLast(" FOR CHANNEL ''".count + named.count))
        // Without a name a statement is for all channels, or for the default one (CHANGE, SOURCE_POS_WAIT).
        let isChange = sql.hasPrefix("CHANGE ")
        if !named.isEmpty, !isChange, channel?.name != String(named) { throw refusal(3074) }
        if isChange, let channel, channel.name != String(named) { throw refusal(3079) }
        if sql.hasPrefix("SELECT SOURCE_POS_WAIT"), let channel, !channel.name.isEmpty,
            !sql.hasSuffix(", '\(channel.name)')")
        {
            throw refusal(3079)
        }
        if let result = read(sql, sourceUUID: sourceUUID) { return result }
        switch sql {
        case AnchorTable.select:
            guard hasTable else { throw refusal(hasDatabase ? 1146 : 1049) }
            let names = [
                "operation", "state", "epoch", "old_uuid", "old_host", "old_port", "old_file", "old_position",
                "new_uuid",
                "new_file", "new_position", "old_gtid_set", "new_gtid_set", "recorded_at",
            ]
            return MySQLResult(columns: names, rows: anchors.map { $0.map { $0 == "NULL" ? nil : $0 } })
        case "STOP REPLICA IO_THREAD": channel?.receiver = false
        case "STOP REPLICA SQL_THREAD": channel?.applier = false
        case "STOP REPLICA":
            channel?.receiver = false
            channel?.applier = false
        case "START REPLICA IO_THREAD":
            channel?.receiver = true
            channel?.receiverError = nil
        case "START REPLICA SQL_THREAD": channel?.applier = true
        case "START REPLICA":
            guard channel != nil else { throw refusal(1200) }
            channel?.receiver = true
            channel?.applier = true
            channel?.applierError = nil
        case "RESET REPLICA ALL":
            if channel?.receiver == true || channel?.applier == true { throw refusal(3081) }
            channel = nil
        case "SET GLOBAL super_read_only = ON", "SET PERSIST super_read_only = ON":
            superReadOnly = true
            readOnly = true
            if sql.hasPrefix("SET PERSIST") { persisted["super_read_only"] = "ON" }
        case "SET PERSIST_ONLY super_read_only = ON": persisted["super_read_only"] = "ON"
        case "SET PERSIST_ONLY super_read_only = OFF": persisted["super_read_only"] = "OFF"
        case "RESET PERSIST IF EXISTS super_read_only": persisted["super_read_only"] = nil
        case "SET GLOBAL super_read_only = OFF": superReadOnly = false
        case "SET GLOBAL read_only = OFF":
            readOnly = false
            superReadOnly = false
        case "SET GLOBAL replica_checkpoint_period = 1": checkpointPeriod = 1
        case "SET GLOBAL replica_checkpoint_period = 300", "SET GLOBAL replica_checkpoint_period = DEFAULT":
            checkpointPeriod = 300
        case "SET GLOBAL offline_mode = ON": offline = true
        case "SET GLOBAL offline_mode = OFF": offline = false
        case _ where sql.hasPrefix("SET SESSION"): break
        case _ where sql.hasPrefix("CHANGE REPLICATION SOURCE TO"): try changeSource(sql, String(named))
        case _ where sql.hasPrefix("CREATE DATABASE"): try change(.createDatabase)
        case _ where sql.hasPrefix("CREATE TABLE"): try change(.createTable)
        case _ where sql.hasPrefix("INSERT INTO replicakit.anchor"):
            let list = sql.components(after: "VALUES (").dropLast(", UTC_TIMESTAMP(6))".count)
            let values = list.split(separator: ", ").map { $0.trimmingQuotes }
            try change(.anchor(values + ["2026-01-01 00:00:00"]))
        default: throw refusal(1064)
        }
        return MySQLResult(columns: [], rows: [])
    }

    private mutating func change(_ change: Change) throws(MySQLError) {
        guard !superReadOnly else { throw refusal(1290) }
        var copy = self
        if let number = copy.apply(change) { throw refusal(number) }
        write(change)
    }

    private mutating func changeSource(_ sql: String, _ name: String) throws(MySQLError) {
        guard channel?.receiver != true, channel?.applier != true else { throw refusal(3021) }
        guard sql.contains("SOURCE_PASSWORD = 'replpass'"), sql.contains("SOURCE_AUTO_POSITION = 0") else {
            throw refusal(1064)
        }
        let host = sql.components(after: "SOURCE_HOST = '").prefix { $0 != "'" }
        let text = sql.components(after: "SOURCE_LOG_POS = ").prefix { $0.isNumber }
        guard let position = UInt64(text) else { throw refusal(1064) }
        channel = Channel(name: name, source: String(host), read: position, executed: position)
    }

    private func refusal(_ number: UInt16) -> MySQLError { refusal(Int(number)) }

    private func refusal(_ number: Int) -> MySQLError {
        MySQLError(
            .server,
            phase: .command,
            fate: .rejected,
            message: "refused",
            server: .init(number: UInt16(number), sqlState: nil, message: "error \(number)")
        )
    }

    private func read(_ sql: String, sourceUUID: (String) -> String?) -> MySQLResult? {
        func one(_ value: String?) -> MySQLResult { MySQLResult(columns: ["x"], rows: [[value]]) }
        switch sql {
        case "SELECT VERSION()": return one("9.7.4-2")
        case "SHOW BINARY LOG STATUS":
            return MySQLResult(columns: ["File", "Position"], rows: [[end.file, String(end.position)]])
        case "SHOW BINARY LOGS":
            return MySQLResult(columns: ["Log_name", "File_size"], rows: [[end.file, String(end.position)]])
        case _ where sql.hasPrefix("SHOW BINLOG EVENTS"): return binlogEvents(sql)
        case "SELECT @@GLOBAL.replica_checkpoint_period": return one(String(checkpointPeriod))
        case "SHOW REPLICA STATUS": return replicaStatus(sourceUUID)
        case "SELECT @@GLOBAL.read_only, @@GLOBAL.super_read_only, @@GLOBAL.offline_mode":
            return MySQLResult(
                columns: ["a", "b", "c"],
                rows: [[readOnly, superReadOnly, offline].map { $0 ? "1" : "0" }]
            )
        case _ where sql.hasPrefix("SELECT GET_LOCK"): return MySQLResult(columns: ["l", "i"], rows: [["1", "7"]])
        case "SELECT IS_USED_LOCK('replicakit')": return one(nil)
        case _ where sql.hasPrefix("SELECT VARIABLE_NAME"):
            return MySQLResult(columns: ["n", "v"], rows: persisted.map { [$0.key, $0.value] })
        case _ where sql.hasPrefix("SELECT User_name"):
            return MySQLResult(columns: ["u", "p"], rows: channel == nil ? [] : [["repl", "replpass"]])
        case _ where sql.hasPrefix("SELECT SOURCE_POS_WAIT('binlog.000001', "):
            guard let channel, channel.applier else { return one(nil) }
            let wanted = UInt64(sql.components(after: "000001', ").prefix { $0.isNumber }) ?? 0
            return one(channel.executed >= wanted ? "0" : "-1")
        case _ where sql.hasPrefix("SHOW GLOBAL VARIABLES"):
            let flags = [
                "read_only": readOnly, "super_read_only": superReadOnly, "offline_mode": offline, "log_bin": true,
            ]
            var rows: [[String?]] = flags.map { [$0.key, $0.value ? "ON" : "OFF"] }
            rows += [["server_uuid", uuid], ["server_id", String(id)], ["gtid_mode", "OFF"]]
            return MySQLResult(columns: ["Variable_name", "Value"], rows: rows)
        default: return nil
        }
    }

    private func binlogEvents(_ sql: String) -> MySQLResult {
        let from = UInt64(sql.components(after: "FROM ").prefix { $0.isNumber }) ?? 0
        let limit = Int(sql.components(after: "LIMIT ").prefix { $0.isNumber }) ?? 0
        var rows: [[String?]] = []
        for (index, entry) in log.enumerated() {
            let events: [(String, String)] =
                switch entry.change {
                case .row: [("Query", "BEGIN"), ("Table_map", "table_id: 1 (testdb.t)"), ("Xid", "")]
                case .anchor: [("Query", "BEGIN"), ("Table_map", "table_id: 2 (replicakit.anchor)"), ("Xid", "")]
                case .createDatabase: [("Query", AnchorTable.create[0])]
                case .createTable: [("Query", AnchorTable.create[1])]
                }
            let all = [("Anonymous_Gtid", "")] + events
            let start = 158 + 100 * index
            for (number, event) in all.enumerated() where start + 10 * number >= from {
                let next = number == all.count - 1 ? start + 100 : start + 10 * (number + 1)
                let origin = entry.origin == "uuid-a" ? "1" : "2"
                rows.append([end.file, String(start + 10 * number), event.0, origin, String(next), event.1])
            }
        }
        return MySQLResult(
            columns: ["Log_name", "Pos", "Event_type", "Server_id", "End_log_pos", "Info"],
            rows: Array(rows.prefix(limit))
        )
    }

    private func replicaStatus(_ sourceUUID: (String) -> String?) -> MySQLResult {
        let names = [
            "Source_Host", "Source_Port", "Source_User", "Source_Log_File", "Read_Source_Log_Pos",
            "Relay_Source_Log_File",
            "Exec_Source_Log_Pos", "Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source",
            "Last_IO_Errno",
            "Last_SQL_Errno", "Source_UUID", "Connect_Retry", "Source_Retry_Count", "Source_SSL_Allowed",
            "Get_Source_public_key", "Auto_Position", "Channel_Name",
        ]
        guard let channel else { return MySQLResult(columns: names, rows: []) }
        let io = !channel.receiver ? "No" : channel.receiverError == nil ? "Yes" : "Connecting"
        let lag = io == "Yes" && channel.applier ? "0" : nil
        return MySQLResult(
            columns: names,
            rows: [
                [
                    channel.source, channel.source == "a" ? "3301" : "3302", "repl", end.file, String(channel.read),
                    end.file,
                    String(channel.executed), io, channel.applier ? "Yes" : "No", lag,
                    String(channel.receiverError ?? 0),
                    String(channel.applierError ?? 0), channel.knowsSource ? sourceUUID(channel.source) : "", "1",
                    "86400",
                    "Yes", "1", "0", channel.name,
                ]
            ]
        )
    }
}

extension String {
    fileprivate func components(after mark: String) -> Substring {
        range(of: mark).map { self[$0.upperBound...] } ?? ""
    }

    private func range(of mark: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(mark) { return start..<index(start, offsetBy: mark.count) }
            start = index(after: start)
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmingQuotes: String {
        hasPrefix("'") && hasSuffix("'") ? String(dropFirst().dropLast()) : String(self)
    }
}
