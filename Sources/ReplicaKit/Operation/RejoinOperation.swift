internal import MySQLWire

/// Brings an old source back as a replica of the new one.
public struct RejoinOperation: ReplicationOperation {
    public var old: Server
    public var new: Server
    /// The account by which the old source will follow; nil takes the one of its channel, where it has one.
    public var credentials: ReplicationCredentials?
    public var lost: LostPolicy
    /// With `lost: .discard`: compare and repair everything, without knowing where the two parted.
    public var withoutAnchor: Bool

    public var kind: OperationKind { .rejoin }

    public init(
        old: Server,
        new: Server,
        credentials: ReplicationCredentials? = nil,
        lost: LostPolicy = .refuse,
        withoutAnchor: Bool = false
    ) {
        self.old = old
        self.new = new
        self.credentials = credentials
        self.lost = lost
        self.withoutAnchor = withoutAnchor
    }

    public func assess(
        _ environment: OperationEnvironment,
        operation: String,
        isRecheck: Bool
    ) async -> OperationAssessment {
        let seen = await ServerObserver(connector: environment.connector).observe([old, new])
        var situation = RejoinSituation(
            old: seen[0],
            new: seen[1],
            anchors: AnchorHistory(),
            credentials: .missing,
            policy: lost,
            withoutAnchor: withoutAnchor,
            operation: operation,
            options: environment.options
        )
        var account = credentials
        if let oldSeen = seen[0].observation, let newSeen = seen[1].observation {
            do {
                // The server's own table first: the local journal may be of another machine, or older.
                let onServer = try await OperationServers.anchors(on: new, environment)
                let uuids = (oldSeen.serverUUID ?? "", newSeen.serverUUID ?? "")
                let isKnown = onServer.parting(oldUUID: uuids.0, newUUID: uuids.1) != nil
                situation.anchors =
                    isKnown ? onServer : AnchorHistory(onServer.rows + (environment.journal?.anchors().rows ?? []))
            } catch {
                situation.anchors = environment.journal?.anchors() ?? AnchorHistory()
            }
            if account == nil, let channel = oldSeen.replica {
                account = await OperationServers.credentials(of: old, channel: channel.channel, environment)
            }
            situation.credentials = await OperationServers.check(account, on: new, environment)
            situation.newBinaryLogs = await binaryLogs(of: new, newSeen.dialect, environment)
            if let anchor = situation.anchor {
                do {
                    situation.tail = try await environment.reconciler.scan(old, after: anchor.oldCoordinates)
                } catch {
                    situation.tail = .unusable("the binary log of \(old.name) could not be read: \(error)")
                }
                situation.sinceAnchor = await OperationServers.origins(
                    on: seen[1],
                    after: anchor.newCoordinates,
                    environment
                ) { $0.firstReplicated != nil }
            }
        }
        let decision = requireSaving(RejoinPlanner(situation).decide(), environment)
        guard case .run(let plan) = decision, let oldSeen = seen[0].observation, let newSeen = seen[1].observation
        else {
            return OperationAssessment(decision)
        }
        return OperationAssessment(
            decision,
            servers: [old, new],
            body: RejoinBody(
                old: old,
                new: new,
                oldSeen: oldSeen,
                newSeen: newSeen,
                anchor: situation.anchor,
                credentials: account,
                policy: lost,
                plan: plan
            )
        )
    }

    /// What cannot be told row by row beforehand must be saved when it goes. A repair that depends on a comparison is
    /// asked the same when that found a difference.
    private func requireSaving(_ decision: PlanDecision, _ environment: OperationEnvironment) -> PlanDecision {
        guard environment.journal == nil, case .run(let plan) = decision,
            plan.steps.first(where: { [.repair, .compareData].contains($0.code) })?.code == .repair,
            withoutAnchor || plan.tail?.lostTransactions == nil
        else { return decision }
        return .refused(Self.savedNowhere(old))
    }

    static func savedNowhere(_ old: Server) -> Refusal {
        Refusal(
            .journal,
            server: old.name,
            "what only \(old.name) has cannot be told beforehand, and without a journal it would be saved nowhere",
            instead: "give the operation a journal"
        )
    }

    private func binaryLogs(of server: Server, _ dialect: Dialect, _ environment: OperationEnvironment) async
        -> [String]?
    {
        guard let session = try? await environment.connector.connect(to: server) else { return nil }
        let result = try? await session.collect(
            sql: dialect.showBinaryLogs,
            timeout: .seconds(environment.options.statementSeconds)
        )
        await session.close()
        return result.map { $0.rows.compactMap { $0.string("Log_name") } }
    }
}
