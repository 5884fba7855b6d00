internal import MySQLWire

/// Emergency: makes a replica the source after its source died.
public struct PromoteOperation: ReplicationOperation {
    public var candidate: Server
    /// Further servers: the source is looked for among them, by the address that the replica knows it by.
    public var others: [Server]

    public var kind: OperationKind { .promote }

    public init(candidate: Server, others: [Server] = []) {
        self.candidate = candidate
        self.others = others
    }

    public func assess(
        _ environment: OperationEnvironment,
        operation: String,
        isRecheck: Bool
    ) async -> OperationAssessment {
        let observer = ServerObserver(connector: environment.connector)
        var seen = await observer.observe(candidate)
        let anchors: AnchorHistory
        do {
            anchors =
                seen.observation == nil
                ? AnchorHistory() : try await OperationServers.anchors(on: candidate, environment)
        } catch {
            return OperationAssessment(
                .refused(
                    Refusal(
                        .statusUnreadable,
                        server: candidate.name,
                        "the anchors of \(candidate.name) cannot be read: \(error)",
                        instead: "GRANT SELECT ON replicakit.* to this account"
                    )
                )
            )
        }
        var source: ObservedServer?
        if let server = sourceServer(seen.observation, anchors) {
            source = await observer.observe(isRecheck ? OperationServers.impatient(server) : server)
            // A receiver needs a moment to notice that its source is gone; one that really still receives stays.
            var waited = Duration.zero
            while source?.liveness == .silent, isUndecided(seen), waited < environment.options.partitionPatience {
                await environment.pause(environment.options.confirmationGap)
                waited += environment.options.confirmationGap
                seen = await observer.observe(candidate)
                source = await observer.observe(OperationServers.impatient(server))
            }
        }
        var situation = PromoteSituation(
            candidate: seen,
            source: source,
            anchors: anchors,
            operation: operation,
            options: environment.options
        )
        if let earlier = situation.earlier {
            // The first transaction tells which of the two it was: see ``LogOrigins/beginsWithOwn``.
            situation.sinceEarlier = await OperationServers.origins(
                on: seen,
                after: earlier.newCoordinates,
                environment
            ) {
                $0 != LogOrigins()
            }
        }
        let decision = PromotePlanner(situation).decide()
        guard case .run(let plan) = decision, let source, let observation = seen.observation else {
            return OperationAssessment(decision)
        }
        return OperationAssessment(
            decision,
            servers: [candidate],
            body: PromoteBody(
                candidate: candidate,
                source: source.server,
                seen: observation,
                anchor: anchors.anchor(of: plan.operation),
                earlier: situation.wasOpenedSinceEarlier ? situation.earlier : nil,
                operation: plan.operation
            )
        )
    }

    private func isUndecided(_ seen: ObservedServer) -> Bool {
        guard let channel = seen.observation?.replica else { return false }
        switch ReceiverTestimony(channel) {
        case .replicates: return true
        // One that is stopped does not change by itself.
        case .none: return channel.receiver == .connecting
        case .lost, .notLost: return false
        }
    }

    private func sourceServer(_ seen: ServerObservation?, _ anchors: AnchorHistory) -> Server? {
        guard let seen else { return nil }
        let uuid = seen.serverUUID ?? ""
        let anchor = anchors.unfinished(newUUID: uuid) ?? anchors.finished(newUUID: uuid)
        guard let address = seen.replica?.sourceAddress ?? anchor?.oldAddress else { return nil }
        return OperationServers.server(at: address, among: others, like: candidate)
    }
}
