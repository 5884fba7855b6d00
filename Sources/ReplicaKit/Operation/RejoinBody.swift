internal import MySQLWire

actor RejoinBody: OperationBody {
    private let old: Server
    private let new: Server
    private let oldSeen: ServerObservation
    private let newSeen: ServerObservation
    private let anchor: Anchor?
    private let credentials: ReplicationCredentials?
    private let policy: LostPolicy
    private let plan: Plan
    private let steps: Set<PlanStep.Code>
    private let dialect: Dialect
    private(set) var facts = OperationFacts()

    /// Where the channel begins.
    private var start: BinaryLogCoordinates?
    /// A comparison showed that nothing of what it would be followed by is needed.
    private var isEqualAlready = false

    init(
        old: Server,
        new: Server,
        oldSeen: ServerObservation,
        newSeen: ServerObservation,
        anchor: Anchor?,
        credentials: ReplicationCredentials?,
        policy: LostPolicy,
        plan: Plan
    ) {
        self.old = old
        self.new = new
        self.oldSeen = oldSeen
        self.newSeen = newSeen
        self.anchor = anchor
        self.credentials = credentials
        self.policy = policy
        dialect = oldSeen.dialect
        self.plan = plan
        steps = Set(plan.steps.map(\.code))
        facts.anchor = anchor
        facts.changedNothing = true
        // A channel that stands where the two parted or later goes on; a fresh one begins at the parting, and one whose
        // data were repaired at the snapshot, whose position only the repair tells.
        start =
            !steps.contains(.examine)
            ? oldSeen.replica?.executed : steps.contains(.repair) ? nil : anchor?.newCoordinates
    }

    /// Of the channel that it has already, or will have.
    private var channelName: String { oldSeen.replica?.channel ?? "" }

    func perform(_ step: PlanStep, _ context: OperationContext) async throws -> String {
        if isEqualAlready, step.code != .markUsed { return "not needed: the data are equal" }
        if ![.waitHealthy, .compareData, .verifyData].contains(step.code) { facts.changedNothing = false }
        switch step.code {
        case .persistFence: return try await fence(context)
        case .examine: return try await examine(context)
        case .keepLost: return try await keepLost(context)
        case .repair: return try await repair(context)
        case .follow: return try await follow(context)
        case .startReplica:
            try await context.run(dialect.startReplica(channel: channelName), on: old)
            return "receiver and applier are started"
        case .waitHealthy: return try await context.waitHealthy(old, dialect, source: new, newSeen.dialect)
        case .compareData: return try await compareData(context)
        case .verifyData: return try await verifyData(context)
        default:
            if let anchor { try await context.record(anchor.with(.used), on: new) }
            return "noted"
        }
    }

    func undo(_ step: PlanStep, _ context: OperationContext) async throws {
        // The fence is never taken back: a server that is not the source takes no writes.
        switch step.code {
        case .follow: try await context.run(dialect.stopReplica(channel: channelName), on: old)
        case .repair: try await close(context)
        default: return
        }
    }

    /// A server that is repaired lets nobody in, and is not fenced: it must not stay like that.
    let closing: Set<PlanStep.Code> = [.repair]

    private func fence(_ context: OperationContext) async throws -> String {
        // There is no way back to an open old source, and no need for one: what is left half-done is gone on with.
        await context.commit()
        if let status = try await context.channel(on: old, dialect), status.receiver != .no || status.applier != .no {
            try await context.run(dialect.stopReplica(channel: status.channel), on: old)
        }
        let end = try await context.fence(old, dialect, persistently: true)
        // A repair that was killed leaves the server offline for everybody but us.
        if try await context.access(of: old).offline { try await context.run("SET GLOBAL offline_mode = OFF", on: old) }
        return "super_read_only = ON, also after a restart; its binary log stands still at \(end.coordinates)"
    }

    private func examine(_ context: OperationContext) async throws -> String {
        guard let anchor else { throw OperationError(.precondition, server: old.name, "has no anchor") }
        try await context.requireFenced(old)
        let old = old
        let found = try await bounded(old, context) {
            try await context.environment.reconciler.scan(old, after: anchor.oldCoordinates)
        }
        switch found {
        case .nothing:
            let end = try await context.position(of: old, dialect).coordinates
            facts.lost = LostReport(server: old.name, from: anchor.oldCoordinates, to: end, transactions: [])
            return "nothing: it holds no transaction that \(new.name) lacks"
        case .lost(let count, let summary, let report):
            // What is about to be discarded is saved first, row by row.
            try await context.writeJournal(.lost) {
                $0.lost = report
                $0.message = summary.joined(separator: "\n")
            }
            facts.lost = report
            for line in summary { context.note("only on \(old.name): \(line)") }
            facts.notes += summary
            // Something was written between the plan and the fence: nobody has agreed to lose that.
            guard steps.contains(.repair), plan.tail?.holdsSame(as: found) == true else {
                throw OperationError(
                    .precondition,
                    server: old.name,
                    "it holds \(count) transaction(s) that \(new.name) never received, and not the \(plan.tail?.lostCount ?? 0) of when the plan was made"
                )
            }
            return "\(count) transaction(s) that \(new.name) never received"
        case .unusable(let why):
            guard steps.contains(.repair) else { throw OperationError(.precondition, server: old.name, why) }
            return why
        }
    }

    private func keepLost(_ context: OperationContext) async throws -> String {
        guard let anchor else { throw OperationError(.precondition, server: old.name, "has no anchor") }
        let (old, new) = (old, new)
        // Outside the transaction that records it: a CREATE would commit that before its record is written.
        for sql in AnchorTable.create { try await context.run(sql, on: new) }
        return try await bounded(new, context) {
            try await context.environment.reconciler.keep(
                old: old,
                new: new,
                after: anchor.oldCoordinates,
                recording: [AnchorTable.insert(anchor.with(.kept))],
                note: { context.note($0) }
            )
        }
    }

    // MARK: Repair

    private func repair(_ context: OperationContext) async throws -> String {
        try await context.requireFenced(old)
        let savePath = context.environment.journal?.savePath(of: plan.operation)
        if let savePath { try await context.writeJournal(.saved) { $0.message = savePath } }
        // Privileged sessions may write for this while, and nobody else is let in at all.
        try await context.run("SET GLOBAL offline_mode = ON", on: old)
        try await context.run(dialect.allowPrivilegedWrites, on: old)
        let (old, new) = (old, new)
        let repaired = try await bounded(old, context) {
            try await context.environment.reconciler.repair(
                old: old,
                new: new,
                savePath: savePath,
                note: { context.note($0) }
            )
        }
        try await close(context)
        start = repaired.coordinates
        facts.repair = repaired.report
        guard let report = repaired.report else {
            return "nothing differed; \(new.name) was at \(repaired.coordinates)"
        }
        if let path = report.saved.path {
            facts.notes.append("\(report.saved) of \(old.name) were deleted or replaced; all of it is in \(path)")
        }
        return
            "\(report.rowsInserted) row(s) inserted, \(report.rowsUpdated) changed, \(report.rowsDeleted) removed; equal to \(new.name) at \(repaired.coordinates)"
    }

    private func close(_ context: OperationContext) async throws {
        try await context.run(dialect.fence, on: old)
        try await context.run("SET GLOBAL offline_mode = OFF", on: old)
    }

    // MARK: Following

    private func follow(_ context: OperationContext) async throws -> String {
        guard let start else { throw OperationError(.precondition, server: old.name, "no place to begin at is known") }
        try await context.requireFenced(old)
        guard try await context.channel(on: new, newSeen.dialect) == nil else {
            throw OperationError(.precondition, server: new.name, "follows another server")
        }
        let settings = SourceSettings(
            like: oldSeen.replica,
            address: new.advertised,
            credentials: credentials,
            start: start
        )
        try await context.follow(settings, on: old, dialect, channel: channelName)
        return "\(old.name) follows \(new.name) from \(start)"
    }

    /// Nothing is wrong with a difference here: what follows repairs it.
    private func compareData(_ context: OperationContext) async throws -> String {
        let report = try await compare(context)
        isEqualAlready = report.isIdentical
        guard !report.isIdentical else { return Self.equal(report) }
        guard context.environment.journal != nil else { throw RejoinOperation.savedNowhere(old) }
        for line in report.lines(limit: Self.linesTold) { context.note(line) }
        return "they differ in \(Self.places(report))"
    }

    private func verifyData(_ context: OperationContext) async throws -> String {
        let report = try await compare(context)
        guard !report.isIdentical else { return Self.equal(report) }
        let (old, new) = (old.name, new.name)
        let command = "`rejoin \(old) --to \(new) --lost discard` makes them equal"
        guard facts.changedNothing else {
            throw OperationError(
                .dataDiffers,
                server: old,
                "it replicates, but its data differ from \(new) in \(Self.places(report)); \(command)"
            )
        }
        throw Refusal(
            .dataDiffers,
            server: old,
            (["\(old) replicates from \(new), but its data differ in \(Self.places(report)):"]
                + report.lines(limit: Self.linesTold).map { "  \($0)" }).joined(separator: "\n"),
            instead: "\(command); what only \(old) has is saved to a file first, and then gone there"
        )
    }

    private static let linesTold = 100

    private static func places(_ report: ComparisonReport) -> String {
        "\(report.tables.count) table(s) and \(report.objects.count) other object(s)"
    }

    private static func equal(_ report: ComparisonReport) -> String {
        "\(report.databasesCompared) database(s), \(report.tablesCompared) table(s), \(report.rowsCompared) row(s): equal"
    }

    private func compare(_ context: OperationContext) async throws -> ComparisonReport {
        let (old, new) = (old, new)
        let report = try await bounded(old, context) {
            try await context.environment.reconciler.compare(source: new, replica: old, note: { context.note($0) })
        }
        facts.comparison = report
        return report
    }

    /// Work of the data room: within the step's deadline, and with its errors in this room's words.
    private func bounded<Value: Sendable>(
        _ server: Server,
        _ context: OperationContext,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await context.withinDeadline(on: server, work)
        } catch let error as OperationError {
            throw error
        } catch let error as OperationCrash {
            throw error
        } catch let error as MySQLError {
            throw OperationError(.server, server: server.name, "failed", underlying: error)
        } catch let error as DataError {
            throw OperationError(
                .server,
                server: error.server ?? server.name,
                error.message,
                underlying: error.underlying
            )
        } catch {
            throw OperationError(.server, server: server.name, "\(error)")
        }
    }
}
