internal import MySQLWire

actor PromoteBody: OperationBody {
    private let candidate: Server
    private let source: Server
    private let seen: ServerObservation
    /// Where an earlier operation recorded the parting, if clients may have written to the candidate since.
    private let earlier: Anchor?
    private let operation: String
    private let dialect: Dialect
    private(set) var facts = OperationFacts()

    private var confirmedDead: ContinuousClock.Instant?
    private var anchor: Anchor?
    /// The relay log ends in the middle of a transaction.
    private var isTailTorn = false

    /// - Parameter anchor: of the very operation that is gone on with.
    init(
        candidate: Server,
        source: Server,
        seen: ServerObservation,
        anchor: Anchor?,
        earlier: Anchor?,
        operation: String
    ) {
        self.candidate = candidate
        self.source = source
        self.seen = seen
        self.anchor = anchor
        self.earlier = earlier
        self.operation = operation
        dialect = seen.dialect
        facts.anchor = anchor
    }

    func perform(_ step: PlanStep, _ context: OperationContext) async throws -> String {
        switch step.code {
        case .askReceiver: return try await askReceiver(context)
        case .confirmDeath: return try await confirmDeath(context)
        case .stopReceiver:
            try await context.run(dialect.stopReplica(.receiver, channel: channelName), on: candidate)
            return "the receiver is stopped"
        case .drain: return try await drain(context)
        case .stopReplica: return try await stopReplica(context)
        case .recordAnchor: return try await recordAnchor(context)
        case .forgetSource: return try await forgetSource(context)
        case .fenceAfterRestart:
            guard let sql = dialect.fenceAfterRestart else {
                return "this version cannot; set super_read_only in its option file"
            }
            try await context.run(sql, on: candidate)
            return "it comes back with super_read_only = ON"
        case .open:
            try await requireDead(context)
            await context.commit()
            try await context.run(dialect.open, on: candidate)
            return "read_only is OFF"
        default: return try await verifyWrite(context)
        }
    }

    func undo(_ step: PlanStep, _ context: OperationContext) async throws {
        switch step.code {
        // Threads are left as they were found: one that somebody stopped is not for us to start.
        case .askReceiver, .stopReceiver, .drain, .stopReplica:
            for sql in step.undo { try await context.run(sql, on: candidate) }
        case .recordAnchor:
            if let anchor { try await context.record(anchor.with(.aborted), on: candidate) }
            try await context.run(dialect.fence, on: candidate)
        default: return
        }
    }

    private var channelName: String { seen.replica?.channel ?? "" }

    // MARK: Death

    private func askReceiver(_ context: OperationContext) async throws -> String {
        try await context.run(dialect.startReplica(.receiver, channel: channelName), on: candidate)
        return "\(candidate.name) does not reach \(source.name) either: \(try await lossOfReceiver(context))"
    }

    /// Waits until the receiver has come to a verdict.
    ///
    /// - Throws: ``Refusal`` where it is not that its source is gone.
    private func lossOfReceiver(_ context: OperationContext) async throws -> ReplicationError {
        while true {
            guard let channel = try await context.channel(on: candidate, dialect) else {
                throw OperationError(.precondition, server: candidate.name, "is no replica any more")
            }
            if case .lost(let error) = ReceiverTestimony(channel) { return error }
            try PlannerRules.refuseLivingSource(channel, of: candidate.name, sourceName: source.name, dialect)
            let what = "the receiver of \(candidate.name) knows whether it reaches \(source.name)"
            try await context.pause(.milliseconds(50), waitingFor: what, on: candidate)
        }
    }

    private func confirmDeath(_ context: OperationContext) async throws -> String {
        await context.environment.pause(context.options.confirmationGap)
        try await requireDead(context)
        // Looked at a second time as well; a server that follows nobody any more has no receiver to ask.
        if seen.replica != nil { _ = try await lossOfReceiver(context) }
        confirmedDead = .now
        return "\(source.name) does not answer"
    }

    /// Tries once more to reach the source. It lives, or may live, unless it is silent.
    private func requireDead(_ context: OperationContext) async throws {
        do {
            let session = try await context.environment.connector.connect(to: OperationServers.impatient(source))
            await session.close()
        } catch {
            switch Liveness(of: error) {
            case .silent: return
            case .unknownName where seen.replica?.receiverError?.number == 2005 || seen.replica == nil: return
            default:
                throw OperationError(.precondition, server: source.name, "the source answers again", underlying: error)
            }
        }
        throw OperationError(.precondition, server: source.name, "the source is alive again")
    }

    // MARK: Replication

    private func drain(_ context: OperationContext) async throws -> String {
        guard let status = try await context.channel(on: candidate, dialect) else {
            throw OperationError(.precondition, server: candidate.name, "is no replica any more")
        }
        if let error = status.applierError, error.number != TornTail.errorNumber {
            throw OperationError(.precondition, server: candidate.name, "its applier was stopped by \(error)")
        }
        guard let read = status.read else {
            throw OperationError(.precondition, server: candidate.name, "does not tell how far it has received")
        }
        if status.executed == read { return "everything received is applied, up to \(read)" }
        if status.applier != .yes {
            try await context.run(dialect.startReplica(.applier, channel: channelName), on: candidate)
        }
        let tornTail = TornTail(channel: channelName)
        isTailTorn = try await !context.waitApplied(read, on: candidate, dialect, channel: channelName) {
            // Twice, and without progress in between: see there.
            try await context.run(tornTail.question, on: $0).scalar == "1"
        }
        guard isTailTorn else { return "everything received is applied, up to \(read)" }
        context.note("the last transaction of \(source.name) was received in part only, and never applies")
        return "every transaction that was received whole is applied; the last one was received in part only"
    }

    private func stopReplica(_ context: OperationContext) async throws -> String {
        if isTailTorn {
            // The server waits a minute for the rest of a transaction that never comes (seen on 9.7.4: 60.7 s, then
            // error 1756 in the status).
            await context.extendDeadline(by: TornTail.stopSeconds)
            context.note("STOP REPLICA takes about a minute now: the server waits for the rest of that transaction")
        }
        try await context.run(
            dialect.stopReplica(channel: channelName),
            on: candidate,
            seconds: isTailTorn ? TornTail.stopSeconds : nil
        )
        // Nobody may write between the position that is recorded and the opening. A server that was opened already by
        // an earlier run keeps its clients.
        if let anchor {
            try await requireUnmoved(anchor, context)
        } else {
            try await context.run(dialect.fence, on: candidate)
        }
        return "receiver and applier are stopped"
    }

    /// A recorded place holds only where nothing came from the source since it was looked at.
    private func requireUnmoved(_ anchor: Anchor, _ context: OperationContext) async throws {
        let status = try await context.channel(on: candidate, dialect)
        guard status?.executed == anchor.oldCoordinates, status?.read == seen.replica?.read else {
            throw OperationError(
                .precondition,
                server: candidate.name,
                "received more of \(source.name) than up to \(anchor.oldCoordinates), where they part"
            )
        }
    }

    private func recordAnchor(_ context: OperationContext) async throws -> String {
        guard let status = try await context.channel(on: candidate, dialect) else {
            throw OperationError(.precondition, server: candidate.name, "is no replica any more")
        }
        guard status.receiver == .no, status.applier == .no, let executed = status.executed,
            status.read == executed || isTailTorn
        else {
            throw OperationError(
                .precondition,
                server: candidate.name,
                "replication is not stopped with everything applied"
            )
        }
        guard let oldUUID = status.sourceUUID, let address = status.sourceAddress, let newUUID = seen.serverUUID else {
            throw OperationError(
                .precondition,
                server: candidate.name,
                "does not tell which server it followed, as it never spoke with it"
            )
        }
        let own = try await context.standsStill(candidate, dialect)
        // Read again rather than taken over from the plan: an undone or interrupted run may have added a row.
        let history = try await anchorsNow(context)
        let made = Anchor(
            operation: operation,
            state: .promoting,
            epoch: history.nextEpoch,
            oldUUID: oldUUID,
            oldAddress: address,
            oldCoordinates: executed,
            newUUID: newUUID,
            // Of what clients wrote here since an earlier opening, the old source has nothing.
            newCoordinates: earlier?.newCoordinates ?? own.coordinates,
            oldGTIDSet: status.retrievedGTIDSet.flatMap { $0.isEmpty ? nil : $0 },
            newGTIDSet: (earlier?.newGTIDSet ?? own.executedGTIDSet).flatMap { $0.isEmpty ? nil : $0 }
        )
        try await context.letWrite(made, on: candidate, dialect)
        anchor = made
        try await context.record(made, on: candidate)
        facts.anchor = made
        return "\(source.name) at \(executed) = \(candidate.name) at \(made.newCoordinates)"
    }

    private func anchorsNow(_ context: OperationContext) async throws -> AnchorHistory {
        do {
            return AnchorTable.history(try await context.run(AnchorTable.select, on: candidate))
        } catch let error as OperationError where [1049, 1146].contains(error.underlying?.server?.number) {
            return AnchorHistory()
        }
    }

    private func forgetSource(_ context: OperationContext) async throws -> String {
        if try await context.channel(on: candidate, dialect) != nil {
            try await requireDead(context)
            await context.commit()
            try await context.run(dialect.resetReplicaAll(channel: channelName), on: candidate)
            guard try await context.channel(on: candidate, dialect) == nil else {
                throw OperationError(.precondition, server: candidate.name, "still shows a replica status")
            }
        }
        await context.commit()
        return "it follows nobody"
    }

    // MARK: The end

    private func verifyWrite(_ context: OperationContext) async throws -> String {
        guard try await !context.access(of: candidate).readOnly else {
            throw OperationError(.precondition, server: candidate.name, "is read-only")
        }
        guard let anchor else {
            for sql in AnchorTable.create { try await context.run(sql, on: candidate) }
            return "a write was accepted"
        }
        // After a restart of a promoted server its row is there already, and the CREATE is the write.
        try await context.record(anchor.with(.promoted), on: candidate)
        let history = AnchorTable.history(try await context.run(AnchorTable.select, on: candidate))
        guard history.states(of: anchor.operation).contains(.promoted) else {
            throw OperationError(.precondition, server: candidate.name, "the row that was written cannot be read back")
        }
        facts.anchor = anchor.with(.promoted)
        facts.promotionSeconds = confirmedDead.map { $0.duration(to: .now) / .seconds(1) }
        return "a row was written and read back"
    }
}
