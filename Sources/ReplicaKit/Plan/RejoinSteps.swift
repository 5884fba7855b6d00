internal import MySQLWire

/// The steps of a rejoin, as a person reads them.
struct RejoinSteps {
    let situation: RejoinSituation
    let old: ServerObservation
    let new: ServerObservation
    let anchor: Anchor?
    /// Where the channel will begin; nil where only the repair's snapshot will tell.
    var start: BinaryLogCoordinates?

    private var oldName: String { situation.old.name }
    private var newName: String { situation.new.name }
    private var dialect: Dialect { old.dialect }
    private var options: OperationOptions { situation.options }
    /// The channel that the old source has already, or the default one.
    private var channel: String { old.replica?.channel ?? "" }

    /// - Parameter comparison: the number of the step that has to find a difference first.
    func step(_ code: PlanStep.Code, onlyAfter comparison: Int) -> PlanStep {
        var builder = self
        builder.start = nil
        var step = builder.step(code)
        step.precondition = ["step \(comparison) found a difference", step.precondition].compactMap { $0 }
            .joined(separator: "; ")
        return step
    }

    func step(_ code: PlanStep.Code) -> PlanStep {
        switch code {
        case .persistFence: persistFence
        case .examine: examine
        case .keepLost: keepLost
        case .repair: repair
        case .follow: follow
        case .startReplica: startReplica
        case .waitHealthy: waitHealthy
        case .compareData: compareData
        case .verifyData: verifyData
        default: markUsed
        }
    }

    private var persistFence: PlanStep {
        PlanStep(
            code: .persistFence,
            title: "fence \(oldName)",
            why: "it is not the source any more, and must take no writes",
            server: oldName,
            statements: [
                "SET SESSION lock_wait_timeout = \(options.lockWaitSeconds)", dialect.fencePersistently,
                dialect.stopReplica(channel: channel), dialect.showBinaryLogStatus,
            ],
            deadlineSeconds: Double(options.lockWaitSeconds) + options.statementSeconds
        )
    }

    private var examine: PlanStep {
        PlanStep(
            code: .examine,
            title: "read what \(oldName) wrote after the parting",
            why: "whatever stands there, \(newName) never received",
            server: oldName,
            statements: [
                "SHOW BINARY LOGS",
                anchor.map {
                    "SHOW BINLOG EVENTS IN \(SQLText.literal($0.oldCoordinates.file)) FROM \($0.oldCoordinates.position)"
                } ?? "",
            ].filter { !$0.isEmpty },
            deadlineSeconds: options.dataSeconds,
            precondition: "\(oldName) is fenced and its position stands still"
        )
    }

    private var keepLost: PlanStep {
        PlanStep(
            code: .keepLost,
            title: "apply the lost transactions to \(newName)",
            why: "asked for by --lost keep; every row is checked for a conflict first",
            server: newName,
            statements: ["<the rows of the lost transactions, in one transaction>"]
                + (anchor.map { [AnchorTable.insert($0.with(.kept))] } ?? []),
            deadlineSeconds: options.dataSeconds
        )
    }

    private var repair: PlanStep {
        PlanStep(
            code: .repair,
            title: "make the data of \(oldName) equal to that of \(newName)",
            why:
                "compared and repaired against one consistent snapshot of \(newName), whose position is known; what goes is saved to a file first",
            server: oldName,
            statements: [
                "SET GLOBAL offline_mode = ON", dialect.allowPrivilegedWrites, "SET SESSION sql_log_bin = OFF",
                "<generated statements for the rows that differ>", dialect.fence, "SET GLOBAL offline_mode = OFF",
            ],
            undo: [dialect.fence, "SET GLOBAL offline_mode = OFF"],
            deadlineSeconds: options.dataSeconds,
            precondition: "\(oldName) is fenced"
        )
    }

    private var follow: PlanStep {
        let settings = SourceSettings(
            like: old.replica,
            address: situation.new.server.advertised,
            credentials: nil,
            start: start
        )
        return PlanStep(
            code: .follow,
            title: "make \(oldName) follow \(newName)",
            why: start == nil
                ? "from the position of the snapshot that it was repaired with"
                : "from the recorded place, not from the present one",
            server: oldName,
            statements: [
                dialect.stopReplica(channel: channel), dialect.changeSource(settings, channel: channel).redacted,
                dialect.startReplica(channel: channel),
            ],
            undo: [dialect.stopReplica(channel: channel)],
            deadlineSeconds: options.statementSeconds * 2,
            precondition: "\(oldName) is fenced, \(newName) follows nobody"
        )
    }

    private var startReplica: PlanStep {
        PlanStep(
            code: .startReplica,
            title: "start replication on \(oldName) again",
            why: old.replica?.isRunning == true ? "it stood still for the fence" : "an interrupted run left it stopped",
            server: oldName,
            statements: [dialect.startReplica(channel: channel)],
            deadlineSeconds: options.statementSeconds
        )
    }

    private var waitHealthy: PlanStep {
        PlanStep(
            code: .waitHealthy,
            title: "wait until \(oldName) replicates without lag or error",
            why: "IO Yes, SQL Yes, 0 s, no error, and everything of \(newName) applied",
            server: oldName,
            statements: [dialect.showReplicaStatus],
            deadlineSeconds: options.healthySeconds
        )
    }

    private var compareData: PlanStep {
        PlanStep(
            code: .compareData,
            title: "compare every row of \(oldName) and \(newName)",
            why: "running threads prove nothing about the data; what differs is repaired, as --lost discard says",
            server: oldName,
            statements: ["<every table of both, at one common position>"],
            deadlineSeconds: options.dataSeconds
        )
    }

    private var verifyData: PlanStep {
        PlanStep(
            code: .verifyData,
            title: "compare every row of \(oldName) and \(newName)",
            why: "running threads prove nothing about the data",
            server: oldName,
            statements: ["<every table of both, at one common position>"],
            deadlineSeconds: options.dataSeconds
        )
    }

    private var markUsed: PlanStep {
        PlanStep(
            code: .markUsed,
            title: "note that the place of parting has served",
            why: "a stale note must never bring a server back to an old place",
            server: newName,
            statements: AnchorTable.create + (anchor.map { [AnchorTable.insert($0.with(.used))] } ?? []),
            deadlineSeconds: options.statementSeconds
        )
    }
}
