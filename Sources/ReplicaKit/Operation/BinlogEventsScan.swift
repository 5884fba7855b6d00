internal import MySQLWire

/// Tells by SHOW BINLOG EVENTS whether a binary log holds anything beyond a place.
///
/// Comparing that place with the log's present end would tell nothing: every restart begins a new file.
struct BinlogEventsScan {
    let session: any SQLSession
    var timeout = Duration.seconds(60)
    private let page = 2000
    private let kept = 20

    init(session: any SQLSession) {
        self.session = session
    }

    func scan(after anchor: BinaryLogCoordinates) async throws(MySQLError) -> TailScan {
        var transactions = TailTransactions()
        if let why = try await read(after: anchor, into: &transactions) { return .unusable(why) }
        guard transactions.count > 0 else { return .nothing }
        return .lost(count: transactions.count, summary: Array(transactions.lines.prefix(kept)), report: nil)
    }

    /// Whose transactions the log holds after a place.
    ///
    /// - Parameters:
    ///   - ownID: the `server_id` of the server itself.
    ///   - isEnough: asked now and then; where it says yes, the rest is not read.
    func origins(
        after anchor: BinaryLogCoordinates,
        ownID: UInt32,
        until isEnough: (LogOrigins) -> Bool
    ) async throws(MySQLError) -> OriginScan {
        var transactions = TailTransactions()
        if let why = try await read(after: anchor, into: &transactions, until: { isEnough($0.origins(ownID: ownID)) }) {
            return .unreadable(why)
        }
        return .read(transactions.origins(ownID: ownID))
    }

    /// The server's own transactions after the last one that it replicated, anchors of ours included among those.
    ///
    /// Nothing where its whole log holds no replicated one: what it was filled with stands there as its own.
    func ownTail(ownID: UInt32) async throws(MySQLError) -> TailScan {
        let files = try await session.collect(sql: "SHOW BINARY LOGS", timeout: timeout).rows
        var count = 0
        var lines: [String] = []
        for file in files.reversed().compactMap({ $0.string("Log_name") }) {
            var transactions = TailTransactions(ownID: ownID)
            try await read(file, from: 4, into: &transactions, until: { _ in false })
            transactions.finish()
            count += transactions.count
            lines = transactions.lines + lines
            guard transactions.endsReplication else { continue }
            return count == 0 ? .nothing : .lost(count: count, summary: Array(lines.prefix(kept)), report: nil)
        }
        return .nothing
    }

    /// - Returns: why the log cannot be read from there; nil where it was.
    private func read(
        after anchor: BinaryLogCoordinates,
        into transactions: inout TailTransactions,
        until isEnough: (TailTransactions) -> Bool = { _ in false }
    ) async throws(MySQLError) -> String? {
        let files = try await session.collect(sql: "SHOW BINARY LOGS", timeout: timeout).rows.compactMap { row in
            row.string("Log_name").map { (name: $0, size: row.integer("File_size", as: UInt64.self)) }
        }
        guard let first = files.firstIndex(where: { $0.name == anchor.file }) else {
            return "its binary log \(anchor.file) is not there any more"
        }
        // Seen where sync_binlog is not 1: the old source comes back without transactions that its replica has.
        if let size = files[first].size, size < anchor.position {
            return
                "its binary log \(anchor.file) ends at \(size), before \(anchor.position): it lost transactions in its crash"
        }
        for (index, file) in files[first...].enumerated() {
            try await read(file.name, from: index == 0 ? anchor.position : 4, into: &transactions, until: isEnough)
            if isEnough(transactions) { break }
        }
        transactions.finish()
        return nil
    }

    private func read(
        _ file: String,
        from start: UInt64,
        into transactions: inout TailTransactions,
        until isEnough: (TailTransactions) -> Bool
    ) async throws(MySQLError) {
        var position = start
        while true {
            let sql = "SHOW BINLOG EVENTS IN \(SQLText.literal(file)) FROM \(position) LIMIT \(page)"
            let rows = try await session.collect(sql: sql, timeout: timeout).rows
            for row in rows {
                transactions.add(
                    type: row.string("Event_type") ?? "",
                    info: row.string("Info") ?? "",
                    file: file,
                    position: row.integer("Pos"),
                    serverID: row.integer("Server_id")
                )
            }
            guard rows.count == page, !isEnough(transactions), let next: UInt64 = rows.last?.integer("End_log_pos"),
                next > position
            else {
                return
            }
            position = next
        }
    }
}

/// Groups events into transactions, and leaves out what changes no user data.
struct TailTransactions {
    private(set) var count = 0
    private(set) var lines: [String] = []
    /// Where the first transaction of each server stands.
    private var firsts: [UInt32: BinaryLogCoordinates] = [:]
    private var place: BinaryLogCoordinates?
    private var serverID: UInt32 = 0
    private var tables: [String] = []
    private var statements: [String] = []
    private var isOpen = false
    /// Only what this server itself wrote counts, and only after the last transaction of another one.
    private let ownID: UInt32?
    /// Whether there was one of another server.
    private(set) var endsReplication = false

    init(ownID: UInt32? = nil) {
        self.ownID = ownID
    }

    private static let harmless: Set<String> = [
        "Format_desc", "Previous_gtids", "Rotate", "Stop", "Heartbeat", "Start_v3", "Slave", "Ignorable", "Gtid_list",
        "Binlog_checkpoint",
    ]
    private static let beginnings: Set<String> = ["Anonymous_Gtid", "Gtid", "Gtid_tagged"]

    func origins(ownID: UInt32) -> LogOrigins {
        var others = firsts
        let own = others.removeValue(forKey: ownID)
        return LogOrigins(
            firstOwn: own,
            firstReplicated: others.values.min { $0.isBefore($1) ?? false }
        )
    }

    mutating func add(type: String, info: String, file: String, position: UInt64?, serverID: UInt32? = nil) {
        if Self.harmless.contains(type) { return }
        if Self.beginnings.contains(type) || !isOpen {
            finish()
            isOpen = true
            place = BinaryLogCoordinates(file: file, position: position ?? 0)
            self.serverID = serverID ?? 0
            if Self.beginnings.contains(type) { return }
        }
        switch type {
        case "Table_map":
            if let table = info.split(separator: "(").last?.split(separator: ")").first { tables.append(String(table)) }
        case "Query" where info == "BEGIN" || info == "COMMIT": break
        case "Query": statements.append(info)
        case "Xid", "Rows_query": break
        default: if !type.hasSuffix("_rows"), !type.contains("_rows_v") { statements.append("\(type) \(info)") }
        }
    }

    mutating func finish() {
        guard isOpen else { return }
        defer {
            isOpen = false
            tables = []
            statements = []
        }
        if let ownID, serverID != ownID {
            endsReplication = true
            count = 0
            lines = []
            return
        }
        // Our own anchors are no user data: they are written where an operation goes, and compared nowhere.
        let foreign = tables.filter { !$0.hasPrefix("\(AnchorTable.schema).") }
        let own = AnchorTable.create.map { $0.lowercased() }
        let texts = statements.filter { text in !own.contains { text.lowercased().hasSuffix($0) } }
        if !foreign.isEmpty || !texts.isEmpty {
            count += 1
            if firsts[serverID] == nil { firsts[serverID] = place }
            // CREATE USER stands there with the hash of its password.
            let what =
                texts.map { StatementRedactor.redacted($0) }
                + (foreign.isEmpty ? [] : ["rows of \(Array(Set(foreign)).sorted().joined(separator: ", "))"])
            lines.append("\(place.map { "\($0)" } ?? "?") \(what.joined(separator: "; ").prefix(300))")
        }
    }
}
