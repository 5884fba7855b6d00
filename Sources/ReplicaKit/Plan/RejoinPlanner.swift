/// Decides how an old source comes back as a replica of the new one, by file and position. Pure.
public struct RejoinPlanner: Sendable {
    private let situation: RejoinSituation
    private var oldName: String { situation.old.name }
    private var newName: String { situation.new.name }

    public init(_ situation: RejoinSituation) {
        self.situation = situation
    }

    public func decide() -> PlanDecision {
        do throws(Refusal) {
            let new = try PlannerRules.observation(of: situation.new)
            let old = try PlannerRules.observation(of: situation.old)
            guard old.serverUUID != new.serverUUID else {
                throw Refusal(
                    .sameServer,
                    server: oldName,
                    "\(oldName) and \(newName) are one and the same server",
                    instead: "name two different servers"
                )
            }
            try requireSource(new, old)
            if let channel = try PlannerRules.channel(of: old, oldName) {
                guard channel.isSource(new, at: situation.new.server.advertised) else {
                    throw Refusal(
                        .otherSource,
                        server: oldName,
                        "\(oldName) follows \(channel.sourceAddress.map { "\($0)" } ?? "another server"), not \(newName)",
                        instead: "if it shall leave that source: STOP REPLICA, RESET REPLICA ALL, then run this again"
                    )
                }
                if let decision = try following(channel, old, new) { return decision }
            }
            return .run(try fresh(old, new))
        } catch {
            return .refused(error)
        }
    }

    private func requireSource(_ new: ServerObservation, _ old: ServerObservation) throws(Refusal) {
        if let channel = try PlannerRules.channel(of: new, newName) {
            if channel.isSource(old, at: situation.old.server.advertised) {
                throw Refusal(
                    .swappedRoles,
                    server: oldName,
                    "\(oldName) is the source of \(newName): nothing is to be brought back",
                    instead:
                        "to change their roles use `switchover --to \(newName)`, or `promote \(newName)` if \(oldName) is dead"
                )
            }
            throw Refusal(
                .notWritable,
                server: newName,
                "\(newName) is a replica itself",
                instead: "name the source that \(oldName) shall follow"
            )
        }
        guard new.isWritable == true else {
            throw Refusal(
                .notWritable,
                server: newName,
                "\(newName) takes no writes, so it is not the source",
                instead: "`promote \(newName)` first; it also opens a promoted server that was restarted"
            )
        }
        try PlannerRules.requireBinaryLog(new, newName)
    }

    // MARK: It follows already

    /// Nil where the channel has nothing to do with this rejoin, so that it has to begin from the start.
    private func following(
        _ channel: ReplicaStatus,
        _ old: ServerObservation,
        _ new: ServerObservation
    ) throws(Refusal) -> PlanDecision? {
        let anchor = situation.anchor
        if repairsWithoutAnchor { return nil }
        // A channel that stands before the place of parting is left over from older times.
        if let anchor, channel.executed?.isBefore(anchor.newCoordinates) ?? true { return nil }
        if let error = channel.applierError {
            throw Refusal(
                .applierError,
                server: oldName,
                "\(oldName) follows \(newName), and its applier was stopped by \(error)",
                instead:
                    "`rejoin \(oldName) --to \(newName) --without-anchor --lost discard` compares and repairs everything"
            )
        }
        // The fence is put up while it stands still.
        var steps: [PlanStep.Code] = old.isFenced ? [] : [.persistFence, .startReplica]
        // A receiver that is connecting without an error was started a moment ago: it only has to be waited for.
        let isOnItsWay = channel.receiver == .connecting && channel.applier == .yes
        if channel.receiverError != nil {
            try situation.credentials.require(for: newName)
            steps = [.persistFence, .follow]
        } else if !channel.isRunning, !isOnItsWay {
            steps = [.persistFence, .startReplica]
        }
        steps.append(.waitHealthy)
        if situation.policy == .discard {
            try situation.credentials.require(for: newName)
            steps += [.compareData, .persistFence, .repair, .follow, .waitHealthy]
        }
        steps += [.verifyData] + (anchor == nil ? [] : [.markUsed])
        return .run(plan(old, new, anchor: anchor, start: channel.executed, steps: steps, resuming: anchor != nil))
    }

    // MARK: It comes back

    private var repairsWithoutAnchor: Bool { situation.withoutAnchor && situation.policy == .discard }

    private func fresh(_ old: ServerObservation, _ new: ServerObservation) throws(Refusal) -> Plan {
        let tail: [PlanStep.Code] = [.follow, .waitHealthy, .verifyData]
        if repairsWithoutAnchor {
            try situation.credentials.require(for: newName)
            let used: [PlanStep.Code] = situation.anchor == nil ? [] : [.markUsed]
            return plan(
                old,
                new,
                anchor: situation.anchor,
                start: nil,
                steps: [.persistFence, .repair] + tail + used,
                resuming: false,
                beyondAnchor: situation.tail
            )
        }
        guard let anchor = situation.anchor else { throw noAnchor(old, new) }
        if let why = staleness(of: anchor) { throw noAnchor(why) }
        let repair: [PlanStep.Code]
        switch situation.tail {
        case .nothing:
            if let logs = situation.newBinaryLogs, !logs.contains(anchor.newCoordinates.file) {
                guard situation.policy != .refuse else {
                    throw unusable("\(newName) has purged \(anchor.newCoordinates.file)")
                }
                repair = [.repair]
            } else {
                repair = []
            }
        case .lost(let count, let summary, let report):
            switch situation.policy {
            case .refuse:
                throw Refusal(
                    .lostTransactions,
                    server: oldName,
                    (["\(oldName) holds \(count) transaction(s) that \(newName) never received:"]
                        + summary.map { "  \($0)" })
                        .joined(separator: "\n"),
                    instead:
                        "say what shall become of them: --lost discard, or --lost keep (they are applied to \(newName))",
                    lost: report
                )
            case .discard: repair = [.repair]
            case .keep:
                repair =
                    situation.anchors.states(of: anchor.operation).contains(.kept) ? [.repair] : [.keepLost, .repair]
            }
        case .unusable(let why): throw unusable(why)
        case nil: throw unusable("the binary log of \(oldName) could not be read")
        }
        try situation.credentials.require(for: newName)
        return plan(
            old,
            new,
            anchor: anchor,
            start: repair.isEmpty ? anchor.newCoordinates : nil,
            steps: [.persistFence, .examine] + repair + tail + [.markUsed],
            resuming: false,
            beyondAnchor: situation.tail
        )
    }

    private func noAnchor(_ old: ServerObservation, _ new: ServerObservation) -> Refusal {
        let uuids = (old.serverUUID ?? "", new.serverUUID ?? "")
        let used = situation.anchors.parting(oldUUID: uuids.0, newUUID: uuids.1)
        let what =
            used.map { "the place where they parted has served already (operation \($0.operation))" }
            ?? "neither \(newName) nor the local journal knows where they parted: \(newName) was not promoted by this tool"
        return noAnchor(what)
    }

    /// Why a recorded place is not where the two parted the last time; nil where it is.
    ///
    /// What the new source applied of the old one behind it says that they went on together: an interrupted operation
    /// left it, and others parted them, later and elsewhere. By it, transactions that both have would count as lost.
    private func staleness(of anchor: Anchor) -> String? {
        let found = "the place that operation \(anchor.operation) recorded (\(anchor.newCoordinates) on \(newName))"
        switch situation.sinceAnchor {
        case .read(let origins):
            return origins.firstReplicated.map {
                "\(found) is out of date: \(newName) replicated again after it, at \($0)"
            }
        case .unreadable(let why) where !isFinished(anchor):
            return "\(found) is that of an interrupted operation, and whether it still holds cannot be told: \(why)"
        case .unreadable, nil: return nil
        }
    }

    private func isFinished(_ anchor: Anchor) -> Bool {
        !situation.anchors.states(of: anchor.operation).isDisjoint(with: [.promoted, .switched])
    }

    private func noAnchor(_ what: String) -> Refusal {
        Refusal(
            .noAnchor,
            server: oldName,
            "\(oldName) cannot be attached to \(newName) by position: \(what)",
            instead:
                "`rejoin \(oldName) --to \(newName) --without-anchor --lost discard` compares everything and makes \(oldName) equal to \(newName); what only \(oldName) has is shown and saved to a file, and then gone there"
        )
    }

    private func unusable(_ why: String) -> Refusal {
        Refusal(
            .anchorUnusable,
            server: oldName,
            "the recorded place of parting cannot be used: \(why)",
            instead:
                "`rejoin \(oldName) --to \(newName) --without-anchor --lost discard` compares everything and makes \(oldName) equal to \(newName); what only \(oldName) has is saved to a file first"
        )
    }

    private func plan(
        _ old: ServerObservation,
        _ new: ServerObservation,
        anchor: Anchor?,
        start: BinaryLogCoordinates?,
        steps: [PlanStep.Code],
        resuming: Bool,
        beyondAnchor: TailScan? = nil
    ) -> Plan {
        let builder = RejoinSteps(situation: situation, old: old, new: new, anchor: anchor, start: start)
        var warnings: [Finding] = []
        if repairsWithoutAnchor {
            warnings.append(
                Finding(
                    .lostTransactions,
                    .warning,
                    server: oldName,
                    "what only it holds cannot be told from its binary log, and will be replaced by the data of \(newName); it is shown and saved to a file first"
                )
            )
        } else if case .lost(let count, _, _) = beyondAnchor, situation.policy == .discard {
            warnings.append(
                Finding(
                    .lostTransactions,
                    .warning,
                    server: oldName,
                    "\(count) transaction(s) that \(newName) never received will be gone; what they left is saved to a file first"
                )
            )
        }
        return Plan(
            kind: .rejoin,
            operation: situation.operation,
            goal: "\(oldName) is a fenced replica of \(newName), and holds the same data",
            isResumption: resuming,
            steps: Self.steps(steps, builder),
            tail: beyondAnchor,
            warnings: warnings
        )
    }

    /// What comes behind a comparison is done only where that finds a difference.
    private static func steps(_ codes: [PlanStep.Code], _ builder: RejoinSteps) -> [PlanStep] {
        guard let comparison = codes.firstIndex(of: .compareData) else { return codes.map { builder.step($0) } }
        return codes.enumerated().map { index, code in
            guard index > comparison, code != .markUsed else { return builder.step(code) }
            return builder.step(code, onlyAfter: comparison + 1)
        }
    }
}
