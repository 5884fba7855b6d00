internal import MySQLWire

extension OperationContext {
    // MARK: Reading again

    /// The only channel; nil where the server follows nobody.
    func channel(on server: Server, _ dialect: Dialect) async throws -> ReplicaStatus? {
        let channels = ReplicaStatus.all(try await run(dialect.showReplicaStatus, on: server))
        guard channels.count <= 1 else {
            throw OperationError(.precondition, server: server.name, "follows several sources at once")
        }
        return channels.first
    }

    /// Points a server at its source and starts it: in the channel that it has, or in a new one of that name, so that
    /// there is never a second one beside a leftover.
    func follow(_ settings: SourceSettings, on server: Server, _ dialect: Dialect, channel name: String) async throws {
        let present = try await channel(on: server, dialect)
        let name = present?.channel ?? name
        if present != nil { try await run(dialect.stopReplica(channel: name), on: server) }
        try await run(dialect.changeSource(settings, channel: name), on: server)
        try await run(dialect.startReplica(channel: name), on: server)
    }

    func position(of server: Server, _ dialect: Dialect) async throws -> SourceStatus {
        guard let status = SourceStatus(try await run(dialect.showBinaryLogStatus, on: server)) else {
            throw OperationError(.precondition, server: server.name, "shows no binary log position")
        }
        return status
    }

    struct Access: Sendable, Hashable {
        var readOnly: Bool
        var superReadOnly: Bool
        var offline: Bool
    }

    func access(of server: Server) async throws -> Access {
        let row = try await run(
            "SELECT @@GLOBAL.read_only, @@GLOBAL.super_read_only, @@GLOBAL.offline_mode",
            on: server
        ).firstRow
        return Access(
            readOnly: row?.string(at: 0) == "1",
            superReadOnly: row?.string(at: 1) == "1",
            offline: row?.string(at: 2) == "1"
        )
    }

    // MARK: Fencing

    /// Fences a server and proves it: the end of its binary log must be the same at two looks.
    ///
    /// A session that holds LOCK TABLES … WRITE keeps the fence away until `lock_wait_timeout` (error 1205, nothing
    /// changed); an open transaction does not, and gets error 1290 at its COMMIT. Both seen on 9.7.4.
    func fence(_ server: Server, _ dialect: Dialect, persistently: Bool) async throws -> SourceStatus {
        try await run("SET SESSION lock_wait_timeout = \(options.lockWaitSeconds)", on: server)
        try await run(
            persistently ? dialect.fencePersistently : dialect.fence,
            on: server,
            seconds: Double(options.lockWaitSeconds) + options.statementSeconds
        )
        return try await standsStill(server, dialect)
    }

    func standsStill(_ server: Server, _ dialect: Dialect) async throws -> SourceStatus {
        var last = try await position(of: server, dialect)
        while true {
            try await pause(.milliseconds(20), waitingFor: "its binary log stands still", on: server)
            let next = try await position(of: server, dialect)
            if next.coordinates == last.coordinates { return next }
            last = next
        }
    }

    func requireFenced(_ server: Server) async throws {
        guard try await access(of: server).superReadOnly else {
            throw OperationError(.precondition, server: server.name, "is not fenced any more")
        }
    }

    // MARK: Applying

    /// Waits until a position of the source is applied, and looks at the applier besides: the wait function does not
    /// tell why it waits in vain.
    ///
    /// - Parameter isInVain: asked where nothing moved for a while; a second yes in a row ends the wait.
    /// - Returns: false where it was in vain.
    @discardableResult
    func waitApplied(
        _ place: BinaryLogCoordinates,
        on server: Server,
        _ dialect: Dialect,
        channel: String,
        isInVain: ((Server) async throws -> Bool)? = nil
    ) async throws -> Bool {
        var executed: BinaryLogCoordinates?
        var vainLooks = 0
        while true {
            let answer = try await run(
                dialect.waitForPosition(place, seconds: 1, channel: channel),
                on: server,
                seconds: 1 + options.statementSeconds
            ).scalar.flatMap { Int($0) }
            if let answer, answer >= 0 { return true }
            guard let status = try await self.channel(on: server, dialect) else {
                throw OperationError(.precondition, server: server.name, "is no replica any more")
            }
            if status.executed == place { return true }
            if let error = status.applierError {
                throw OperationError(.precondition, server: server.name, "its applier was stopped by \(error)")
            }
            if answer == nil, status.applier != .yes {
                throw OperationError(.precondition, server: server.name, "its applier is stopped before \(place)")
            }
            if let isInVain, status.executed == executed, try await isInVain(server) {
                vainLooks += 1
            } else {
                vainLooks = 0
            }
            if vainLooks == 2 { return false }
            executed = status.executed
            try await pause(.milliseconds(20), waitingFor: "\(place) applied", on: server)
        }
    }

    /// The server counts in whole seconds, and so does what it takes for the difference of the two clocks: under writes
    /// that never pause a replica may show 1 for good although it holds everything (9.7.4: one switchover in forty under a
    /// client that wrote all the time waited its whole deadline for a 0).
    private static let roundedLag: UInt64 = 1

    /// Waits until a replica runs without lag or error and has everything that `source` has by now.
    func waitHealthy(_ replica: Server, _ dialect: Dialect, source: Server, _ sourceDialect: Dialect) async throws
        -> String
    {
        let target = try await position(of: source, sourceDialect).coordinates
        while true {
            guard let status = try await channel(on: replica, dialect) else {
                throw OperationError(.precondition, server: replica.name, "is no replica")
            }
            if let error = status.applierError {
                throw OperationError(.precondition, server: replica.name, "its applier was stopped by \(error)")
            }
            // 1236 (the wanted binary log is gone) ends the receiver for good; errors of connecting are tried again.
            if status.receiver == .no, let error = status.receiverError {
                throw OperationError(.precondition, server: replica.name, "its receiver gave up: \(error)")
            }
            // The receiver says Yes from the moment of the connect; it has the uuid when it has talked with its source.
            if status.isRunning, status.sourceUUID?.isEmpty == false,
                let lag = status.secondsBehindSource, lag <= Self.roundedLag,
                let executed = status.executed,
                executed == target || target.isBefore(executed) == true
            {
                return "receiver Yes, applier Yes, \(lag) s behind, no error, at \(executed)"
            }
            let doing = status.receiverError.map { " (\($0))" } ?? ""
            try await pause(.milliseconds(50), waitingFor: "it replicates without lag\(doing)", on: replica)
        }
    }

    // MARK: Anchors

    /// Lets privileged sessions, of which this is one, write to a server that is super_read_only, so that its anchor can be
    /// written to it.
    ///
    /// The journal has the anchor before: a run that is killed here must not take a later place for the parting, past what
    /// other privileged sessions wrote.
    func letWrite(_ anchor: Anchor, on server: Server, _ dialect: Dialect) async throws {
        try writeJournal(.anchor) { $0.anchor = anchor }
        try await run(dialect.allowPrivilegedWrites, on: server)
    }

    /// Writes an anchor's state to its server and to the local journal. A state that is there already stays.
    func record(_ anchor: Anchor, on server: Server) async throws {
        try writeJournal(.anchor) { $0.anchor = anchor }
        for sql in AnchorTable.create { try await run(sql, on: server) }
        do {
            try await run(AnchorTable.insert(anchor), on: server)
        } catch let error as OperationError where error.underlying?.server?.number == 1062 {
            return
        }
    }
}
