/// The steps of a switchover, as a person reads them.
struct SwitchoverSteps {
    let situation: SwitchoverSituation
    let seen: ServerObservation
    let sourceSeen: ServerObservation
    let anchor: Anchor?

    private var name: String { situation.candidate.name }
    private var source: String { situation.source?.name ?? "the source" }
    private var dialect: Dialect { seen.dialect }
    private var sourceDialect: Dialect { sourceSeen.dialect }
    private var options: OperationOptions { situation.options }
    private var channelName: String { seen.replica?.channel ?? "" }
    private var waitPreview: String { dialect.waitForPosition(nil, seconds: 1, channel: channelName) }

    func step(_ code: PlanStep.Code) -> PlanStep {
        switch code {
        case .startReplica: startReplica
        case .catchUp: catchUp
        case .fence: fence
        case .waitApplied: waitApplied
        case .stopReplica: stopReplica
        case .recordAnchor: recordAnchor
        case .open: open
        case .fenceAfterRestart: fenceAfterRestart
        case .follow: follow
        case .waitHealthy: waitHealthy
        case .forgetSource: forgetSource
        case .persistFence: persistFence
        default: markUsed
        }
    }

    private var startReplica: PlanStep {
        PlanStep(
            code: .startReplica,
            title: "start replication on \(name) again",
            why: "an interrupted switchover left it stopped",
            server: name,
            statements: [dialect.startReplica(channel: channelName)],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var catchUp: PlanStep {
        PlanStep(
            code: .catchUp,
            title: "let \(name) catch up with \(source)",
            why: "proves that replication works, and keeps the write pause short",
            server: name,
            statements: (frequentCheckpoints.map { [$0] } ?? []) + [sourceDialect.showBinaryLogStatus, waitPreview],
            undo: dialect.checkpointPeriod.map { ["SET GLOBAL \($0) = <as before>"] } ?? [],
            deadlineSeconds: options.applySeconds
        )
    }

    /// Without it the write pause would last until the applier's next checkpoint.
    private var frequentCheckpoints: String? { dialect.checkpointPeriod.map { "SET GLOBAL \($0) = 1" } }

    private var fence: PlanStep {
        PlanStep(
            code: .fence,
            title: "fence \(source)",
            why: "two servers must never take writes at once; the write pause begins here",
            server: source,
            statements: [
                "SET SESSION lock_wait_timeout = \(options.lockWaitSeconds)", sourceDialect.fencePersistently,
                sourceDialect.showBinaryLogStatus,
            ],
            // Where an earlier run may have opened the candidate, there is no way back to an open source.
            undo: anchor == nil
                ? [sourceDialect.open] + (sourceDialect.unpersistFence(sourceSeen).map { [$0] } ?? []) : [],
            deadlineSeconds: Double(options.lockWaitSeconds) + options.statementSeconds
        )
    }

    private var waitApplied: PlanStep {
        PlanStep(
            code: .waitApplied,
            title: "wait until \(name) has applied everything of \(source)",
            why: "whatever is missing here would be lost",
            server: name,
            statements: [waitPreview],
            deadlineSeconds: options.applySeconds,
            precondition: "the position of \(source) stands still"
        )
    }

    private var stopReplica: PlanStep {
        PlanStep(
            code: .stopReplica,
            title: "stop replication on \(name)",
            why: "its own binary log must stand still",
            server: name,
            statements: [dialect.stopReplica(channel: channelName)],
            undo: [dialect.startReplica(channel: channelName)],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var recordAnchor: PlanStep {
        PlanStep(
            code: .recordAnchor,
            title: "record where \(name) goes on alone",
            why: "\(source) will follow from exactly this place",
            server: name,
            statements: [dialect.fence, dialect.showBinaryLogStatus, dialect.allowPrivilegedWrites] + AnchorTable.create
                + [preview(.switching)],
            undo: [preview(.aborted), dialect.fence],
            deadlineSeconds: options.statementSeconds * 2,
            precondition: "replication is stopped at the position where \(source) stands"
        )
    }

    private var open: PlanStep {
        PlanStep(
            code: .open,
            title: "open \(name) for writes",
            why: "the write pause ends here: a write proves it",
            server: name,
            statements: [dialect.open, preview(.switched)],
            undo: [dialect.fence],
            deadlineSeconds: options.statementSeconds * 2,
            precondition: "\(source) is fenced"
        )
    }

    private var fenceAfterRestart: PlanStep {
        PlanStep(
            code: .fenceAfterRestart,
            title: "let \(name) come back fenced after a crash",
            why: "if it dies and another takes over, it must not return as a second writer",
            server: name,
            statements: dialect.fenceAfterRestart.map { [$0] } ?? [],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var follow: PlanStep {
        let settings = SourceSettings(
            like: seen.replica ?? sourceSeen.replica,
            address: situation.candidate.server.advertised,
            credentials: nil,
            start: anchor?.newCoordinates
        )
        // The old source follows in a channel of the same name, or in the one that an earlier run made.
        let channel = sourceSeen.replica?.channel ?? channelName
        return PlanStep(
            code: .follow,
            title: "make \(source) follow \(name)",
            why: "from the recorded place, not from the present one",
            server: source,
            statements: [
                sourceDialect.changeSource(settings, channel: channel).redacted,
                sourceDialect.startReplica(channel: channel),
            ],
            deadlineSeconds: options.statementSeconds * 2,
            precondition: "\(source) is fenced"
        )
    }

    private var waitHealthy: PlanStep {
        PlanStep(
            code: .waitHealthy,
            title: "wait until \(source) replicates without lag or error",
            why: "only then may \(name) forget the way back",
            server: source,
            statements: [sourceDialect.showReplicaStatus],
            deadlineSeconds: options.healthySeconds
        )
    }

    private var forgetSource: PlanStep {
        PlanStep(
            code: .forgetSource,
            title: "make \(name) forget its old source",
            why: "a merely stopped replica follows again after its next restart",
            server: name,
            statements: [dialect.resetReplicaAll(channel: channelName), dialect.showReplicaStatus],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var persistFence: PlanStep {
        PlanStep(
            code: .persistFence,
            title: "keep \(source) fenced over restarts",
            why: "it is a replica from now on",
            server: source,
            statements: [sourceDialect.fencePersistently],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var markUsed: PlanStep {
        PlanStep(
            code: .markUsed,
            title: "note that the place of parting has served",
            why: "a stale note must never bring a server back to an old place",
            server: name,
            statements: AnchorTable.create + [preview(.used)],
            deadlineSeconds: options.statementSeconds
        )
    }

    private func preview(_ state: Anchor.State) -> String {
        if let anchor { return AnchorTable.insert(anchor.with(state)) }
        return AnchorTable.insertPreview(
            operation: situation.operation,
            state: state,
            oldUUID: sourceSeen.serverUUID ?? "<old uuid>",
            newUUID: seen.serverUUID ?? "<new uuid>"
        )
    }
}
