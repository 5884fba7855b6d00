/// Decides a planned switchover between two servers, by file and position. Pure.
public struct SwitchoverPlanner: Sendable {
    private let situation: SwitchoverSituation
    private var name: String { situation.candidate.name }

    public init(_ situation: SwitchoverSituation) {
        self.situation = situation
    }

    public func decide() -> PlanDecision {
        do throws(Refusal) {
            let seen = try PlannerRules.observation(of: situation.candidate)
            let channel = try PlannerRules.channel(of: seen, name)
            guard let source = situation.source else {
                throw Refusal(
                    .notAReplica,
                    server: name,
                    "\(name) is no replica, and no server is known that follows it",
                    instead: "name the replica that shall become the source; `status` shows which one is"
                )
            }
            let sourceSeen: ServerObservation
            do throws(Refusal) {
                sourceSeen = try PlannerRules.observation(of: source)
            } catch {
                var refusal = error
                refusal.reasons[0].instead += "; if \(source.name) is dead, use `promote \(name)`"
                throw refusal
            }
            guard seen.serverUUID != sourceSeen.serverUUID else {
                throw Refusal(
                    .sameServer,
                    server: name,
                    "\(name) and \(source.name) are one and the same server",
                    instead: "name two different servers"
                )
            }
            guard let channel else { return try candidateIsNoReplica(seen, source, sourceSeen) }
            return try candidateIsReplica(seen, channel, source, sourceSeen)
        } catch {
            return .refused(error)
        }
    }

    // MARK: The candidate follows

    private func candidateIsReplica(
        _ seen: ServerObservation,
        _ channel: ReplicaStatus,
        _ source: ObservedServer,
        _ sourceSeen: ServerObservation
    ) throws(Refusal) -> PlanDecision {
        guard channel.isSource(sourceSeen, at: source.server.advertised) else {
            throw Refusal(
                .otherSource,
                server: name,
                "\(name) follows \(channel.sourceAddress.map { "\($0)" } ?? "another server"), not \(source.name)",
                instead: "name its real source with --server"
            )
        }
        try PlannerRules.requireBinaryLog(seen, name)
        try PlannerRules.requireFilePosition(channel, name)
        try PlannerRules.refuseApplierError(channel, name)
        try situation.credentials.require(for: name)
        guard try PlannerRules.channel(of: sourceSeen, source.name) == nil || sourceFollows(seen, sourceSeen) else {
            throw Refusal(
                .otherSource,
                server: source.name,
                "\(source.name) is a replica itself",
                instead: "switch over at the head of the chain first"
            )
        }
        if let anchor = openedAnchor(seen, channel, sourceSeen) {
            if case .lost(let count, _, _) = situation.sourceTail, !sourceFollows(seen, sourceSeen) {
                throw Refusal(
                    .lostTransactions,
                    server: source.name,
                    "an interrupted switchover opened \(name), and \(source.name) took \(count) transaction(s) after that",
                    instead:
                        "fence \(source.name), on \(name): \(seen.dialect.stopReplica(channel: channel.channel)); \(seen.dialect.resetReplicaAll(channel: channel.channel)); \(seen.dialect.open), then `rejoin \(source.name) --to \(name)`"
                )
            }
            return .run(
                plan(
                    seen,
                    sourceSeen,
                    resuming: anchor,
                    steps: [
                        .fence, .open, .fenceAfterRestart, .follow, .waitHealthy, .forgetSource, .markUsed,
                    ]
                )
            )
        }
        if situation.mayHaveOwnWrites, case .lost(let count, let lines, _) = situation.ownTail {
            throw Refusal(
                .lostTransactions,
                server: name,
                "\(name) took \(count) transaction(s) of its own after the last one of \(source.name), as in the moment in which an interrupted switchover lets privileged sessions write: \(lines.joined(separator: "; "))",
                instead:
                    "`compare --source \(source.name) --replica \(name)`; if they are equal, open \(source.name) and run this again; if not, on \(name): \(seen.dialect.stopReplica(channel: channel.channel)); \(seen.dialect.resetReplicaAll(channel: channel.channel)); \(seen.dialect.open), then `rejoin \(source.name) --to \(name) --without-anchor`"
            )
        }
        if let delay = channel.configuredDelay, delay > 0 {
            throw Refusal(
                .tooFarBehind,
                server: name,
                "\(name) applies on purpose \(delay) s late",
                instead: "CHANGE REPLICATION SOURCE TO SOURCE_DELAY = 0, let it catch up, then run this again"
            )
        }
        if let lag = channel.secondsBehindSource, lag > situation.options.maximumLagSeconds {
            throw Refusal(
                .tooFarBehind,
                server: name,
                "\(name) is \(lag) s behind \(source.name); at most \(situation.options.maximumLagSeconds) s are allowed",
                instead: "wait until it has caught up, so that the write pause stays short"
            )
        }
        var steps: [PlanStep.Code] = [
            .catchUp, .fence, .waitApplied, .stopReplica, .recordAnchor, .open, .fenceAfterRestart, .follow,
            .waitHealthy, .forgetSource, .markUsed,
        ]
        let isStopped = channel.receiver == .no && channel.applier == .no && channel.receiverError == nil
        // A run that was killed leaves a fenced source and a stopped replica behind: nobody can write, and the way out
        // is forward.
        if isStopped, situation.isContinuation || sourceSeen.isFenced {
            steps.insert(.startReplica, at: 0)
        } else if !channel.isRunning {
            let why = (channel.receiverError ?? channel.applierError).map { " (\($0))" } ?? ""
            throw Refusal(
                .notReplicating,
                server: name,
                "\(name) does not replicate: receiver \(channel.receiver?.rawValue ?? "unknown"), applier \(channel.applier?.rawValue ?? "unknown")\(why)",
                instead: "\(seen.dialect.startReplica(channel: channel.channel)) on \(name), then run this again"
            )
        }
        return .run(plan(seen, sourceSeen, resuming: nil, steps: steps))
    }

    /// The anchor of an earlier run that got as far as opening the candidate.
    private func openedAnchor(_ seen: ServerObservation, _ channel: ReplicaStatus, _ sourceSeen: ServerObservation)
        -> Anchor?
    {
        guard let anchor = situation.unusedAnchor else { return nil }
        // Once it was open, a new anchor would skip what clients wrote since; also where it was restarted meanwhile,
        // is fenced again, and follows the fenced old source by itself.
        if sourceFollows(seen, sourceSeen) { return anchor }
        let wasOpened = seen.isWritable == true || situation.anchors.states(of: anchor.operation).contains(.switched)
        switch situation.sinceAnchor {
        case .read(let origins) where origins.beginsWithOwn: return anchor
        // Replication went on after it: it is a leftover.
        case .read(let origins) where origins.firstReplicated != nil: return nil
        case .read, nil: return wasOpened || isUnmoved(anchor, channel, sourceSeen) ? anchor : nil
        case .unreadable: return wasOpened || anchor.oldCoordinates == channel.executed ? anchor : nil
        }
    }

    /// Nothing happened since on either side: that place holds, whatever clients write to the candidate from now on.
    private func isUnmoved(_ anchor: Anchor, _ channel: ReplicaStatus, _ sourceSeen: ServerObservation) -> Bool {
        channel.receiver == .no && channel.applier == .no && channel.executed == anchor.oldCoordinates
            && sourceSeen.isFenced && situation.sourceTail == .nothing
    }

    private func sourceFollows(_ seen: ServerObservation, _ sourceSeen: ServerObservation) -> Bool {
        sourceSeen.replica?.isSource(seen, at: situation.candidate.server.advertised) ?? false
    }

    // MARK: The candidate does not follow

    private func candidateIsNoReplica(
        _ seen: ServerObservation,
        _ source: ObservedServer,
        _ sourceSeen: ServerObservation
    ) throws(Refusal) -> PlanDecision {
        guard let follower = try PlannerRules.channel(of: sourceSeen, source.name),
            follower.isSource(seen, at: situation.candidate.server.advertised)
        else {
            throw Refusal(
                .notAReplica,
                server: name,
                "\(name) is no replica",
                instead: "name the replica that shall become the source; `status` shows which one is"
            )
        }
        // From here on the candidate is the source already: the end of an earlier run, or swapped names.
        guard follower.isRunning else {
            throw Refusal(
                .swappedRoles,
                server: name,
                "\(name) is the source already, and its replica \(source.name) does not run"
                    + ((follower.applierError ?? follower.receiverError).map { " (\($0))" } ?? ""),
                instead:
                    "mend \(source.name): \(sourceSeen.dialect.startReplica(channel: follower.channel)), or `rejoin \(source.name) --to \(name)`"
            )
        }
        let anchor = situation.anchors.parting(oldUUID: sourceSeen.serverUUID ?? "", newUUID: seen.serverUUID ?? "")
        let isOpen = anchor.map { !situation.anchors.isUsed($0) } ?? false
        if seen.isWritable == true, !isOpen {
            let fence =
                sourceSeen.isWritable == true
                ? "without error, but not fenced: \(sourceSeen.dialect.fencePersistently)" : "fenced and without error"
            return .nothingToDo("\(name) is the source already: \(source.name) follows it, \(fence)")
        }
        var steps: [PlanStep.Code] = seen.isWritable == true ? [] : [.open, .fenceAfterRestart]
        steps += [.persistFence] + (isOpen ? [.markUsed] : [])
        return .run(plan(seen, sourceSeen, resuming: anchor, steps: steps))
    }

    private func plan(
        _ seen: ServerObservation,
        _ sourceSeen: ServerObservation,
        resuming anchor: Anchor?,
        steps: [PlanStep.Code]
    ) -> Plan {
        let builder = SwitchoverSteps(situation: situation, seen: seen, sourceSeen: sourceSeen, anchor: anchor)
        var warnings = situation.source.map { PairDiagnosis(source: $0, replica: situation.candidate).findings } ?? []
        warnings.removeAll { ![.lagging, .replicaWritable, .sourceReadOnly, .retriesFew].contains($0.code) }
        let others = (sourceSeen.connectedReplicas ?? []).filter { $0.serverUUID != seen.serverUUID }
        if !others.isEmpty, let source = situation.source {
            warnings.append(
                Finding(
                    .otherSource,
                    .warning,
                    server: source.name,
                    "has \(others.count) more replica(s), which will go on following it and not \(name)"
                )
            )
        }
        return Plan(
            kind: .switchover,
            operation: anchor?.operation ?? situation.operation,
            goal:
                "\(name) is the source, \(situation.source?.name ?? "the old source") its fenced replica, and nothing is lost",
            isResumption: anchor != nil || steps.first == .startReplica,
            steps: steps.map { builder.step($0) },
            warnings: warnings
        )
    }
}
