/// The steps of a promotion, as a person reads them.
struct PromoteSteps {
    let situation: PromoteSituation
    let seen: ServerObservation
    /// The anchor of an earlier run that is gone on with.
    let anchor: Anchor?

    private var name: String { situation.candidate.name }
    private var source: String { situation.source?.name ?? "the source" }
    private var dialect: Dialect { seen.dialect }
    private var options: OperationOptions { situation.options }
    private var channel: ReplicaStatus? { seen.replica }
    private var channelName: String { channel?.channel ?? "" }

    func step(_ code: PlanStep.Code) -> PlanStep {
        switch code {
        case .askReceiver: askReceiver
        case .confirmDeath: confirmDeath
        case .stopReceiver: stopReceiver
        case .drain: drain
        case .stopReplica: stopReplica
        case .recordAnchor: recordAnchor
        case .forgetSource: forgetSource
        case .fenceAfterRestart: fenceAfterRestart
        case .open: open
        default: verifyWrite
        }
    }

    private var askReceiver: PlanStep {
        PlanStep(
            code: .askReceiver,
            title: "let the receiver of \(name) find out whether it reaches \(source)",
            why: "a receiver that was stopped has lost nothing; where it reaches the source, all is left as it is",
            server: name,
            statements: [dialect.startReplica(.receiver, channel: channelName), dialect.showReplicaStatus],
            undo: channel?.receiver == .no ? [dialect.stopReplica(.receiver, channel: channelName)] : [],
            deadlineSeconds: options.receiverSeconds
        )
    }

    private var confirmDeath: PlanStep {
        PlanStep(
            code: .confirmDeath,
            title: "confirm that \(source) is dead",
            why: "one failed attempt can be a hiccup; two, and a replica that lost it as well, are a death",
            server: source,
            deadlineSeconds: 30,
            precondition: "it did not answer when this plan was made"
        )
    }

    private var stopReceiver: PlanStep {
        PlanStep(
            code: .stopReceiver,
            title: "stop the receiver of \(name)",
            why: "what it has received must not grow while it is applied",
            server: name,
            statements: [dialect.stopReplica(.receiver, channel: channelName)],
            undo: channel?.receiver == .no ? [] : [dialect.startReplica(.receiver, channel: channelName)],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var drain: PlanStep {
        let starts = channel?.applier != .yes && channel?.hasAppliedAllReceived != true
        var statements = starts ? [dialect.startReplica(.applier, channel: channelName)] : []
        statements.append(dialect.waitForPosition(channel?.read, seconds: 1, channel: channelName))
        return PlanStep(
            code: .drain,
            title: "apply everything that \(name) has received",
            why: "forgetting the source throws the relay log away, with whatever is not applied yet",
            server: name,
            statements: statements,
            undo: channel?.applier == .no ? [dialect.stopReplica(.applier, channel: channelName)] : [],
            deadlineSeconds: options.applySeconds
        )
    }

    private var stopReplica: PlanStep {
        PlanStep(
            code: .stopReplica,
            title: "stop replication on \(name)",
            why: "the position it ends at, and its own binary log, must stand still",
            server: name,
            statements: [dialect.stopReplica(channel: channelName)] + (anchor == nil ? [dialect.fence] : []),
            undo: accessAgain + (channel.flatMap { dialect.startAgain($0) }.map { [$0] } ?? []),
            deadlineSeconds: options.statementSeconds
        )
    }

    /// What gives back the access that the fence of ``stopReplica`` takes.
    private var accessAgain: [String] {
        guard anchor == nil, seen.superReadOnly == false else { return [] }
        return [seen.readOnly == false ? dialect.open : dialect.allowPrivilegedWrites]
    }

    private var recordAnchor: PlanStep {
        let kept = situation.wasOpenedSinceEarlier ? situation.earlier?.newCoordinates : nil
        return PlanStep(
            code: .recordAnchor,
            title: "record where \(name) and \(source) part",
            why: kept.map {
                "clients may have written to \(name) since an earlier operation recorded \($0), so its own log counts from there"
            } ?? "the old source can come back only from this place, so it is written down before anybody writes here",
            server: name,
            statements: [dialect.showBinaryLogStatus, dialect.allowPrivilegedWrites] + AnchorTable.create + [
                AnchorTable.insertPreview(
                    operation: situation.operation,
                    state: .promoting,
                    oldUUID: channel?.sourceUUID ?? "<source uuid>",
                    newUUID: seen.serverUUID ?? "<uuid>"
                )
            ],
            undo: [
                AnchorTable.insertPreview(
                    operation: situation.operation,
                    state: .aborted,
                    oldUUID: channel?.sourceUUID ?? "<source uuid>",
                    newUUID: seen.serverUUID ?? "<uuid>"
                ),
                dialect.fence,
            ],
            deadlineSeconds: options.statementSeconds * 2,
            precondition: "replication is stopped, and everything received is applied"
        )
    }

    private var forgetSource: PlanStep {
        PlanStep(
            code: .forgetSource,
            title: "make \(name) forget its source",
            why: "a merely stopped replica follows the old source again after its next restart",
            server: name,
            statements: [dialect.resetReplicaAll(channel: channelName), dialect.showReplicaStatus],
            deadlineSeconds: options.statementSeconds,
            precondition: "\(source) still does not answer"
        )
    }

    private var fenceAfterRestart: PlanStep {
        PlanStep(
            code: .fenceAfterRestart,
            title: "let \(name) come back fenced after a crash",
            why: "if it dies in its turn and another takes over, it must not return as a second writer",
            server: name,
            statements: dialect.fenceAfterRestart.map { [$0] } ?? [],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var open: PlanStep {
        PlanStep(
            code: .open,
            title: "open \(name) for writes",
            why: "from here on it is the source",
            server: name,
            statements: [dialect.open],
            undo: [dialect.fence],
            deadlineSeconds: options.statementSeconds,
            precondition: "\(source) still does not answer"
        )
    }

    private var verifyWrite: PlanStep {
        let preview =
            anchor.map { AnchorTable.insert($0.with(.promoted)) }
            ?? AnchorTable.insertPreview(
                operation: situation.operation,
                state: .promoted,
                oldUUID: channel?.sourceUUID ?? "<source uuid>",
                newUUID: seen.serverUUID ?? "<uuid>"
            )
        return PlanStep(
            code: .verifyWrite,
            title: "write to \(name) and read it back",
            why: "a server is the source when a write proves it",
            server: name,
            statements: AnchorTable.create + [preview, AnchorTable.select],
            deadlineSeconds: options.statementSeconds
        )
    }
}
