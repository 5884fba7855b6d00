internal import MySQLWire

/// Planned: a replica and its source change roles, and nothing is lost.
public struct SwitchoverOperation: ReplicationOperation {
    /// The replica that shall become the source.
    public var candidate: Server
    /// Further servers: the source is looked for among them.
    public var others: [Server]
    /// The account by which the old source will follow; nil takes the one that the candidate uses now.
    public var credentials: ReplicationCredentials?

    public var kind: OperationKind { .switchover }

    public init(candidate: Server, others: [Server] = [], credentials: ReplicationCredentials? = nil) {
        self.candidate = candidate
        self.others = others
        self.credentials = credentials
    }

    public func assess(
        _ environment: OperationEnvironment,
        operation: String,
        isRecheck: Bool
    ) async -> OperationAssessment {
        let observer = ServerObserver(connector: environment.connector)
        let seen = await observer.observe(candidate)
        var anchors = AnchorHistory()
        var source: ObservedServer?
        var account = credentials
        if let observation = seen.observation {
            do {
                anchors = try await OperationServers.anchors(on: candidate, environment)
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
            if let server = sourceServer(observation, anchors) { source = await observer.observe(server) }
            if account == nil, let channel = observation.replica {
                account = await OperationServers.credentials(of: candidate, channel: channel.channel, environment)
            }
        }
        // Only needed, and only asked for, where the plan will use it.
        let check: CredentialsCheck =
            seen.observation?.replica == nil
            ? .missing : await OperationServers.check(account, on: candidate, environment)
        let interrupted = environment.journal?.interruptedPlan().map {
            $0.kind == .switchover && $0.steps.contains { $0.server == candidate.name }
        }
        var situation = SwitchoverSituation(
            candidate: seen,
            source: source,
            anchors: anchors,
            credentials: check,
            wasInterrupted: interrupted ?? false,
            operation: operation,
            options: environment.options
        )
        if let source, let anchor = situation.unusedAnchor, seen.observation?.replica != nil {
            situation.sinceAnchor = await OperationServers.origins(on: seen, after: anchor.newCoordinates, environment)
            {
                $0 != LogOrigins()
            }
            situation.sourceTail = await tail(of: source.server, after: anchor.oldCoordinates, environment)
        }
        if situation.mayHaveOwnWrites {
            situation.ownTail = await OperationServers.ownTail(of: seen, environment)
        }
        let decision = SwitchoverPlanner(situation).decide()
        guard case .run(let plan) = decision, let source, let observation = seen.observation,
            let sourceObservation = source.observation
        else { return OperationAssessment(decision) }
        return OperationAssessment(
            decision,
            servers: [candidate, source.server],
            body: SwitchoverBody(
                candidate: candidate,
                source: source.server,
                seen: observation,
                sourceSeen: sourceObservation,
                anchors: anchors,
                credentials: account,
                operation: plan.operation,
                isContinuation: situation.isContinuation
            )
        )
    }

    private func tail(
        of server: Server,
        after place: BinaryLogCoordinates,
        _ environment: OperationEnvironment
    ) async -> TailScan {
        do {
            return try await environment.reconciler.scan(server, after: place)
        } catch {
            return .unusable("\(error)")
        }
    }

    private func sourceServer(_ seen: ServerObservation, _ anchors: AnchorHistory) -> Server? {
        if let address = seen.replica?.sourceAddress {
            return OperationServers.server(at: address, among: others, like: candidate)
        }
        if others.count == 1 { return others[0] }
        let uuid = seen.serverUUID ?? ""
        return (anchors.unfinished(newUUID: uuid) ?? anchors.finished(newUUID: uuid)).map {
            OperationServers.server(at: $0.oldAddress, among: others, like: candidate)
        }
    }
}
