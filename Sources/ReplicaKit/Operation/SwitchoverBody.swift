internal import MySQLWire

actor SwitchoverBody: OperationBody {
    private let candidate: Server
    private let source: Server
    private let seen: ServerObservation
    private let sourceSeen: ServerObservation
    private let credentials: ReplicationCredentials?
    private let operation: String
    private let dialect: Dialect
    private let sourceDialect: Dialect
    private(set) var facts = OperationFacts()

    private var anchor: Anchor?
    /// The same before anything of it was sent.
    private var parting: Anchor?
    /// An earlier run may have opened the candidate.
    private let isResumption: Bool
    let leftover: OperationError?
    /// Somebody wrote to the candidate after the place of parting: there is no way back.
    private var hasParted = false
    private var fencedAt: ContinuousClock.Instant?
    private var sourceEnd: BinaryLogCoordinates?
    private var accessBefore: OperationContext.Access?
    private var sourceAccessBefore: OperationContext.Access?
    /// Of the candidate's applier, in milliseconds.
    private var checkpointPeriodBefore: String?

    init(
        candidate: Server,
        source: Server,
        seen: ServerObservation,
        sourceSeen: ServerObservation,
        anchors: AnchorHistory,
        credentials: ReplicationCredentials?,
        operation: String,
        isContinuation: Bool
    ) {
        self.candidate = candidate
        self.source = source
        self.seen = seen
        self.sourceSeen = sourceSeen
        self.credentials = credentials
        self.operation = operation
        dialect = seen.dialect
        sourceDialect = sourceSeen.dialect
        let known = anchors.parting(oldUUID: sourceSeen.serverUUID ?? "", newUUID: seen.serverUUID ?? "")
        anchor = known?.operation == operation ? known : nil
        isResumption = anchor != nil
        // Whether the fence is the interrupted run's work or somebody's wish cannot be told; "rolled back" it is not.
        leftover =
            !isContinuation || sourceSeen.superReadOnly != true
            ? nil
            : OperationError(
                .precondition,
                server: source.name,
                "was fenced already when this run began, as by the interrupted one, and stays so; to give it back by hand: \(sourceSeen.dialect.open)"
            )
        facts.anchor = anchor
    }

    private var channelName: String { seen.replica?.channel ?? "" }

    func perform(_ step: PlanStep, _ context: OperationContext) async throws -> String {
        switch step.code {
        case .startReplica:
            try await context.run(dialect.startReplica(channel: channelName), on: candidate)
            return "receiver and applier are started"
        case .catchUp: return try await catchUp(context)
        case .fence: return try await fence(context)
        case .waitApplied: return try await waitApplied(context)
        case .stopReplica: return try await stopReplica(context)
        case .recordAnchor: return try await recordAnchor(context)
        case .open: return try await open(context)
        case .fenceAfterRestart:
            guard let sql = dialect.fenceAfterRestart else {
                return "this version cannot; set super_read_only in its option file"
            }
            try await context.run(sql, on: candidate)
            return "it comes back with super_read_only = ON"
        case .follow: return try await follow(context)
        case .waitHealthy:
            return try await context.waitHealthy(source, sourceDialect, source: candidate, dialect)
        case .forgetSource: return try await forgetSource(context)
        case .persistFence:
            await context.commit()
            try await context.run(sourceDialect.fencePersistently, on: source)
            return "super_read_only = ON, also after a restart"
        default:
            if let anchor { try await context.record(anchor.with(.used), on: candidate) }
            return "noted"
        }
    }

    func undo(_ step: PlanStep, _ context: OperationContext) async throws {
        switch step.code {
        case .catchUp: try await restoreCheckpoints(context)
        case .fence where !hasParted: try await unfenceSource(context)
        case .stopReplica where !hasParted:
            try await context.run(dialect.startReplica(channel: channelName), on: candidate)
        case .recordAnchor: try await undoAnchor(context)
        case .open: try await context.run(dialect.fence, on: candidate)
        default: return
        }
    }

    private func catchUp(_ context: OperationContext) async throws -> String {
        if let variable = dialect.checkpointPeriod {
            let before = try await context.run("SELECT @@GLOBAL.\(variable)", on: candidate).scalar
            if checkpointPeriodBefore == nil { checkpointPeriodBefore = before.flatMap { Int($0) }.map { String($0) } }
            try await context.run("SET GLOBAL \(variable) = 1", on: candidate)
        }
        let place = try await context.position(of: source, sourceDialect).coordinates
        try await context.waitApplied(place, on: candidate, dialect, channel: channelName)
        return "\(candidate.name) has applied \(place)"
    }

    private func restoreCheckpoints(_ context: OperationContext) async throws {
        guard let variable = dialect.checkpointPeriod else { return }
        guard let before = checkpointPeriodBefore, before != "1" else {
            // 1 ms is what a killed run leaves behind, and nobody's own choice; what it found is not known any more.
            let now = try await context.run("SELECT @@GLOBAL.\(variable)", on: candidate).scalar
            if now == "1" { try await context.run("SET GLOBAL \(variable) = DEFAULT", on: candidate) }
            return
        }
        try await context.run("SET GLOBAL \(variable) = \(before)", on: candidate)
    }

    // MARK: The write pause

    private func fence(_ context: OperationContext) async throws -> String {
        // Clients may have written to the candidate already: the way out is forward, and the source stays fenced.
        if isResumption { await context.commit() }
        if sourceAccessBefore == nil { sourceAccessBefore = try await context.access(of: source) }
        if anchor != nil, let status = try await context.channel(on: source, sourceDialect), status.applier != .no {
            // It follows already: its log moves with what it applies.
            try await context.run(sourceDialect.fencePersistently, on: source)
            return "super_read_only = ON; it follows \(candidate.name)"
        }
        fencedAt = .now
        // Persisted before the candidate is opened: whoever is killed after that, a restart of the source must not make
        // a second writer. It costs the write pause 1 to 4 ms (seen on 9.7.4), and nothing is kept where the fence fails.
        let end = try await context.fence(source, sourceDialect, persistently: true)
        sourceEnd = end.coordinates
        return "super_read_only = ON, also after a restart, and its binary log stands still at \(end.coordinates)"
    }

    private func waitApplied(_ context: OperationContext) async throws -> String {
        guard let sourceEnd else { throw OperationError(.precondition, server: source.name, "was not fenced") }
        try await context.waitApplied(sourceEnd, on: candidate, dialect, channel: channelName)
        return "\(candidate.name) has applied \(sourceEnd)"
    }

    private func stopReplica(_ context: OperationContext) async throws -> String {
        if accessBefore == nil { accessBefore = try await context.access(of: candidate) }
        try await context.run(dialect.stopReplica(channel: channelName), on: candidate)
        return "receiver and applier are stopped"
    }

    private func recordAnchor(_ context: OperationContext) async throws -> String {
        guard let status = try await context.channel(on: candidate, dialect), let sourceEnd else {
            throw OperationError(.precondition, server: candidate.name, "is no replica any more")
        }
        guard status.receiver == .no, status.applier == .no, status.executed == sourceEnd else {
            throw OperationError(
                .precondition,
                server: candidate.name,
                "stands at \(status.executed.map { "\($0)" } ?? "an unknown place"), not at \(sourceEnd)"
            )
        }
        guard let oldUUID = sourceSeen.serverUUID, let newUUID = seen.serverUUID else {
            throw OperationError(.precondition, server: candidate.name, "does not tell its server_uuid")
        }
        try await context.run(dialect.fence, on: candidate)
        let own = try await context.position(of: candidate, dialect)
        let made = Anchor(
            operation: operation,
            state: .switching,
            epoch: try await nextEpoch(context),
            oldUUID: oldUUID,
            oldAddress: source.advertised,
            oldCoordinates: sourceEnd,
            newUUID: newUUID,
            newCoordinates: own.coordinates,
            oldGTIDSet: status.retrievedGTIDSet.flatMap { $0.isEmpty ? nil : $0 },
            newGTIDSet: own.executedGTIDSet.flatMap { $0.isEmpty ? nil : $0 }
        )
        parting = made
        try await context.letWrite(made, on: candidate, dialect)
        anchor = made
        try await context.record(made, on: candidate)
        facts.anchor = made
        return "\(source.name) at \(sourceEnd) = \(candidate.name) at \(own.coordinates)"
    }

    private func nextEpoch(_ context: OperationContext) async throws -> UInt64 {
        do {
            return AnchorTable.history(try await context.run(AnchorTable.select, on: candidate)).nextEpoch
        } catch let error as OperationError where [1049, 1146].contains(error.underlying?.server?.number) {
            return 1
        }
    }

    private func open(_ context: OperationContext) async throws -> String {
        try await context.requireFenced(source)
        // Once this is sent, somebody may write to the candidate, whatever becomes of the answer.
        await context.commit()
        try await context.run(dialect.open, on: candidate)
        guard let anchor else { throw OperationError(.precondition, server: candidate.name, "has no anchor") }
        try await context.record(anchor.with(.switched), on: candidate)
        if let fencedAt, facts.writePauseSeconds == nil {
            facts.writePauseSeconds = fencedAt.duration(to: .now) / .seconds(1)
        }
        facts.anchor = anchor.with(.switched)
        return "read_only is OFF, and a row was written"
    }

    // MARK: Afterwards

    private func follow(_ context: OperationContext) async throws -> String {
        await context.commit()
        guard let anchor else { throw OperationError(.precondition, server: candidate.name, "has no anchor") }
        try await context.requireFenced(source)
        var start = anchor.newCoordinates
        if let status = try await context.channel(on: source, sourceDialect),
            status.isSource(seen, at: candidate.advertised),
            let executed = status.executed, executed.isBefore(start) == false
        {
            // An earlier run made it follow. What it has applied since must not be applied twice.
            if status.isRunning { return "it follows already" }
            start = executed
        }
        let settings = SourceSettings(
            like: seen.replica,
            address: candidate.advertised,
            credentials: credentials,
            start: start
        )
        try await context.follow(settings, on: source, sourceDialect, channel: channelName)
        return "\(source.name) follows \(candidate.name) from \(start)"
    }

    private func forgetSource(_ context: OperationContext) async throws -> String {
        try await restoreCheckpoints(context)
        if let status = try await context.channel(on: candidate, dialect) {
            if status.receiver != .no || status.applier != .no {
                try await context.run(dialect.stopReplica(channel: channelName), on: candidate)
            }
            try await context.run(dialect.resetReplicaAll(channel: channelName), on: candidate)
            guard try await context.channel(on: candidate, dialect) == nil else {
                throw OperationError(.precondition, server: candidate.name, "still shows a replica status")
            }
        }
        return "it follows nobody"
    }

    // MARK: Undo

    /// Goes back only where nobody used the moment in which privileged sessions could write to the candidate: what they
    /// wrote is kept only by going forward, so nothing else is taken back then either.
    private func undoAnchor(_ context: OperationContext) async throws {
        try await context.run(dialect.fence, on: candidate)
        if let parting { try await refuseOwnWrites(since: parting, context) }
        if let anchor {
            try await context.run(dialect.allowPrivilegedWrites, on: candidate)
            try await context.record(anchor.with(.aborted), on: candidate)
            try await context.run(dialect.fence, on: candidate)
            try await refuseOwnWrites(since: anchor, context)
        }
        try await restoreAccess(of: candidate, accessBefore, dialect, context)
    }

    private func refuseOwnWrites(since anchor: Anchor, _ context: OperationContext) async throws {
        let scan = BinlogEventsScan(session: try await context.session(on: candidate))
        guard case .lost(let count, let lines, _) = try await scan.scan(after: anchor.newCoordinates) else { return }
        hasParted = true
        throw OperationError(
            .precondition,
            server: candidate.name,
            "privileged sessions wrote \(count) transaction(s) to it while its anchor was written (\(lines.joined(separator: "; "))); nothing is taken back, so that they are not lost: run this again"
        )
    }

    /// Nothing is asked of the candidate here, for it may be gone for good: an undo takes place only while the statement
    /// that opens it was never sent.
    private func unfenceSource(_ context: OperationContext) async throws {
        try await restoreAccess(of: source, sourceAccessBefore, sourceDialect, context)
        if sourceAccessBefore?.superReadOnly == false, let sql = sourceDialect.unpersistFence(sourceSeen) {
            try await context.run(sql, on: source)
        }
    }

    private func restoreAccess(
        of server: Server,
        _ before: OperationContext.Access?,
        _ dialect: Dialect,
        _ context: OperationContext
    ) async throws {
        guard let before else { return }
        if !before.superReadOnly { try await context.run(dialect.allowPrivilegedWrites, on: server) }
        if !before.readOnly { try await context.run(dialect.open, on: server) }
    }
}
