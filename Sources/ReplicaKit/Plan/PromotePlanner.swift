/// Decides an emergency promotion by file and position. Pure.
public struct PromotePlanner: Sendable {
    private let situation: PromoteSituation
    private var name: String { situation.candidate.name }
    private var sourceName: String { situation.source?.name ?? "its source" }

    public init(_ situation: PromoteSituation) {
        self.situation = situation
    }

    public func decide() -> PlanDecision {
        do throws(Refusal) {
            let seen = try PlannerRules.observation(of: situation.candidate)
            guard let channel = try PlannerRules.channel(of: seen, name) else { return try withoutChannel(seen) }
            try PlannerRules.requireBinaryLog(seen, name)
            // 1756 is what STOP REPLICA leaves where the source died in the middle of sending a transaction.
            try PlannerRules.refuseApplierError(channel, name, except: 1756)
            try requireDeadSource(seen, receiver: channel)
            let ask: [PlanStep.Code] = needsVerdict(channel) ? [.askReceiver] : []
            if let earlier = situation.earlier, canResume(earlier, seen, channel) {
                return .run(
                    plan(
                        seen,
                        resuming: earlier,
                        steps: ask + [
                            .confirmDeath, .stopReplica, .forgetSource, .fenceAfterRestart, .open, .verifyWrite,
                        ]
                    )
                )
            }
            return .run(
                plan(
                    seen,
                    resuming: nil,
                    steps: ask + [
                        .confirmDeath, .stopReceiver, .drain, .stopReplica, .recordAnchor, .forgetSource,
                        .fenceAfterRestart, .open, .verifyWrite,
                    ]
                )
            )
        } catch {
            return .refused(error)
        }
    }

    /// The recorded place still holds: nothing of the source was applied since. A server that clients wrote to since
    /// must keep it, whoever recorded it: a new one would skip what they wrote.
    private func canResume(_ earlier: Anchor, _ seen: ServerObservation, _ channel: ReplicaStatus) -> Bool {
        if case .read(let origins) = situation.sinceEarlier, origins.firstReplicated != nil { return false }
        // What is received and not applied has to be applied first; where it is open that is a torn tail, which never is.
        return earlier.oldCoordinates == channel.executed
            && (channel.hasAppliedAllReceived != false || seen.isWritable == true)
    }

    // MARK: A server that follows nobody

    private func withoutChannel(_ seen: ServerObservation) throws(Refusal) -> PlanDecision {
        let uuid = seen.serverUUID ?? ""
        if let begun = situation.anchors.unfinished(newUUID: uuid) {
            try requireDeadSource(seen, receiver: nil)
            return .run(
                plan(
                    seen,
                    resuming: begun,
                    steps: [.confirmDeath, .forgetSource, .fenceAfterRestart, .open, .verifyWrite]
                )
            )
        }
        if let done = situation.anchors.finished(newUUID: uuid) {
            if seen.isWritable == true {
                return .nothingToDo(
                    "\(name) was promoted already (operation \(done.operation), \(done.recordedAt ?? "time unknown") UTC), follows nobody and takes writes"
                )
            }
            // It came back fenced, as every server does that we promote; whether it may be opened again depends on
            // the one that it parted from.
            try requireDeadSource(seen, receiver: nil)
            return .run(plan(seen, resuming: done, steps: [.confirmDeath, .open, .verifyWrite]))
        }
        if let followers = seen.connectedReplicas, !followers.isEmpty {
            throw Refusal(
                .swappedRoles,
                server: name,
                "\(name) is no replica: it is the source of \(followers.count) connected replica(s)",
                instead: "name the replica that shall be promoted; nothing was changed"
            )
        }
        throw Refusal(
            .notAReplica,
            server: name,
            "\(name) is no replica, and no promotion of it was begun",
            instead: "name a replica; `status \(name)` shows what it is"
        )
    }

    // MARK: Death

    private func requireDeadSource(_ seen: ServerObservation, receiver channel: ReplicaStatus?) throws(Refusal) {
        guard let source = situation.source else {
            throw Refusal(
                .sourceUnknown,
                server: name,
                "\(name) does not say where its source is",
                instead: "name the source with --server"
            )
        }
        switch source.liveness {
        case .alive:
            let how = source.error.map { "answers, with \($0)" } ?? "is alive"
            throw Refusal(
                .sourceAlive,
                server: source.name,
                "the source \(source.name) \(how)",
                instead: "use `switchover --to \(name)`, which loses nothing; or stop the source for good, then promote"
            )
        case .notAsked:
            throw Refusal(
                .sourceUnknown,
                server: source.name,
                "whether the source \(source.name) lives could not be found out: \(source.error.map { "\($0)" } ?? "")",
                instead: "mend that, then run the same command again"
            )
        case .unknownName where channel?.receiverError?.number != 2005:
            throw Refusal(
                .sourceUnknown,
                server: source.name,
                "the source's name \(source.name) cannot be resolved from here, which says nothing of its life",
                instead:
                    "give its address as seen from here: --server source=ADDRESS,advertised=\(source.server.advertised)"
            )
        case .silent, .unknownName: break
        }
        guard let channel else { return }
        try PlannerRules.refuseLivingSource(
            channel,
            of: name,
            sourceName: source.name,
            seen.dialect,
            source.error
        )
    }

    /// Whether the receiver has to be asked first: it is stopped, or has no verdict yet.
    private func needsVerdict(_ channel: ReplicaStatus) -> Bool {
        if case .lost = ReceiverTestimony(channel) { channel.receiver != .connecting } else { true }
    }

    // MARK: Steps

    private func plan(_ seen: ServerObservation, resuming anchor: Anchor?, steps: [PlanStep.Code]) -> Plan {
        let builder = PromoteSteps(situation: situation, seen: seen, anchor: anchor)
        let unfinished = anchor.map { $0.state.isUnfinished } ?? false
        return Plan(
            kind: .promote,
            operation: anchor?.operation ?? situation.operation,
            goal: "\(name) follows nobody, takes writes, and knows where it parted from \(sourceName)",
            isResumption: anchor != nil || unfinished,
            steps: steps.map { builder.step($0) },
            warnings: PairDiagnosis(source: situation.source, replica: situation.candidate).findings.filter {
                [.lagging, .delayed, .replicaWritable].contains($0.code)
            }
        )
    }
}
