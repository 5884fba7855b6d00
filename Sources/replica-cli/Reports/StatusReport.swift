import MySQLWire
import ReplicaKit

/// What `status` shows: one line for each server and channel.
struct StatusReport: Report {
    var servers: [ObservedServer]

    var tableValue: TextTable {
        var table = TextTable(columns: [
            .init(title: "server"), .init(title: "role"), .init(title: "writes"), .init(title: "binary log"),
            .init(title: "source"), .init(title: "IO"), .init(title: "SQL"), .init(title: "lag s", alignment: .right),
            .init(title: "errno", alignment: .right), .init(title: "version"),
        ])
        for server in servers { table.rows += Self.rows(server) }
        return table
    }

    func table(for terminal: Terminal) -> String {
        let notes = servers.flatMap(Self.notes).map { note in
            Style.bad.apply("\(TerminalText.escaped(note))\n", colour: terminal.hasColour)
        }
        return tableValue.renderedWhole(for: terminal) + notes.joined()
    }

    /// With one more column for what stands below the table: why a server did not answer, errors of replication.
    var tabSeparated: String {
        var table = TextTable(columns: tableValue.columns + [.init(title: "problem")])
        for server in servers {
            let notes = Self.notes(server).map { $0.dropFirst(server.name.count + ": ".count) }
            table.rows += Self.rows(server).map { $0 + [.init(notes.joined(separator: "; "))] }
        }
        return table.tabSeparated
    }

    private static func rows(_ server: ObservedServer) -> [[TextTable.Cell]] {
        guard let seen = server.observation else {
            let isSilent = server.error?.code == .timedOut
            let reached = server.liveness == .alive && !isSilent ? "refused" : "unreachable"
            let unknown = TextTable.Cell("unknown", style: .doubtful)
            let blank = [TextTable.Cell](repeating: unknown, count: 8)
            return [[.init(server.name), .init(reached, style: .bad)] + blank]
        }
        let before = [
            TextTable.Cell(server.name), TextTable.Cell(seen.role),
            known(seen.writes),
            seen.binaryLogEnabled == false ? TextTable.Cell("off") : known(seen.source?.coordinates.description),
        ]
        let version = TextTable.Cell(seen.version.text)
        guard let channels = seen.replicaChannels else {
            return [before + [TextTable.Cell](repeating: known(nil), count: 5) + [version]]
        }
        if channels.isEmpty { return [before + [TextTable.Cell](repeating: .init(""), count: 5) + [version]] }
        return channels.map { channel in before + cells(channel) + [version] }
    }

    private static func cells(_ channel: ReplicaStatus) -> [TextTable.Cell] {
        let source = channel.sourceAddress?.description
        let errors = [channel.receiverError, channel.applierError].compactMap { $0?.number }.map(String.init)
        return [
            known(channel.channel.isEmpty ? source : "\(source ?? "unknown") (\(channel.channel))"),
            thread(channel.receiver), thread(channel.applier),
            known(channel.secondsBehindSource.map { String($0) }),
            errors.isEmpty ? .init("0") : .init(errors.joined(separator: ", "), style: .bad),
        ]
    }

    private static func known(_ text: String?) -> TextTable.Cell {
        text.map { TextTable.Cell($0) } ?? TextTable.Cell("unknown", style: .doubtful)
    }

    static func thread(_ state: ThreadState?) -> TextTable.Cell {
        guard let state else { return known(nil) }
        return TextTable.Cell(state.rawValue, style: state == .yes ? .good : .bad)
    }

    private static func problem(_ error: MySQLError, of server: ObservedServer) -> String {
        ErrorAdvice.sentence(for: error, configuration: server.server.configuration)
    }

    /// What does not fit into a cell.
    static func notes(_ server: ObservedServer) -> [String] {
        if let error = server.error {
            return ["\(server.name): \(problem(error, of: server))"]
        }
        guard let seen = server.observation else { return [] }
        var notes: [String] = []
        for channel in seen.replicaChannels ?? [] {
            if let error = channel.receiverError { notes.append("\(server.name): receiver (IO thread): \(error)") }
            if let error = channel.applierError { notes.append("\(server.name): applier (SQL thread): \(error)") }
        }
        notes += seen.unreadable.sorted { $0.key < $1.key }.map {
            "\(server.name): \($0.key) cannot be read: \($0.value)"
        }
        return notes
    }

    /// Every server answered, and every replica runs on both threads without an error.
    var isHealthy: Bool {
        servers.allSatisfy { server in
            guard let channels = server.observation?.replicaChannels else { return false }
            return channels.allSatisfy(\.isRunning)
        }
    }

    /// For one server that could not be asked: why. With several, the answer of the others counts: unhealthy.
    var status: CLIStatus {
        if isHealthy { return .done }
        let errors = servers.compactMap(\.error)
        guard errors.count == servers.count, let first = errors.first else { return .unhealthy }
        return errors.allSatisfy { Self.status($0) == Self.status(first) } ? Self.status(first) : .unhealthy
    }

    /// A server that broke off after the login could not be asked either.
    private static func status(_ error: MySQLError) -> CLIStatus {
        CLIStatus(error) == .failed ? .unreachable : CLIStatus(error)
    }
}

extension ServerObservation {
    /// In one word, what it is in its topology.
    var role: String {
        guard let isReplica else { return "unknown" }
        let hasReplicas = connectedReplicas.map { !$0.isEmpty }
        switch (isReplica, hasReplicas) {
        case (true, true?): return "intermediate"
        case (true, _): return "replica"
        case (false, true?): return "source"
        case (false, false?): return "standalone"
        case (false, nil): return "not a replica"
        }
    }

    /// Who may write; nil where that is not known.
    var writes: String? {
        if offlineMode == true { return "offline" }
        if superReadOnly == true { return "super_read_only" }
        return readOnly.map { $0 ? "read_only" : "open" }
    }
}
