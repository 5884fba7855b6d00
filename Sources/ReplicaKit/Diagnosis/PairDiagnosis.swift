/// What is to be noticed about a source and its replica. Pure: the same observations give the same findings.
public struct PairDiagnosis: Sendable {
    public var source: ObservedServer?
    public var replica: ObservedServer

    /// - Parameter source: nil where only the replica was asked about.
    public init(source: ObservedServer?, replica: ObservedServer) {
        self.source = source
        self.replica = replica
    }

    /// Worst first.
    public var findings: [Finding] {
        var found: [Finding] = []
        guard let seen = replica.observation else {
            let error = replica.error.map { ": \($0)" } ?? ""
            found.append(Finding(.replicaUnreachable, .critical, server: replica.name, "cannot be observed\(error)"))
            return found + sourceAlone
        }
        if let channel = seen.replica {
            found += receiver(channel, seen.dialect) + applier(channel, seen.dialect) + life(of: channel)
            found += lag(channel)
        } else {
            found += notAReplica(seen)
        }
        found += fence(seen)
        if let sourceSeen = source?.observation { found += pair(sourceSeen, seen) }
        for (part, error) in seen.unreadable.sorted(by: { $0.key < $1.key }) {
            found.append(Finding(.unreadable, .warning, server: replica.name, "\(part) cannot be read: \(error)"))
        }
        return found.enumerated().sorted {
            ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
        }.map(\.element)
    }

    private var sourceAlone: [Finding] {
        guard let source, let error = source.error else { return [] }
        // The replica cannot be asked either, so that the fault may well be our own network's.
        return [Finding(.sourceUnreachable, .critical, server: source.name, "cannot be observed: \(error)")]
    }

    private func receiver(_ channel: ReplicaStatus, _ dialect: Dialect) -> [Finding] {
        let why = channel.receiverError.map { " (\($0))" } ?? ""
        switch channel.receiver {
        case .yes?: return []
        case .connecting?:
            return [
                Finding(
                    .receiverConnecting,
                    .critical,
                    server: replica.name,
                    "the receiver has no connection to its source\(why)"
                )
            ]
        case .no? where channel.receiverError != nil:
            return [
                Finding(
                    .receiverGaveUp,
                    .critical,
                    server: replica.name,
                    "the receiver gave up and does not try again by itself\(why)",
                    remedy: dialect.startReplica(.receiver, channel: channel.channel)
                )
            ]
        default:
            return [
                Finding(
                    .receiverStopped,
                    .critical,
                    server: replica.name,
                    "the receiver is stopped",
                    remedy: dialect.startReplica(.receiver, channel: channel.channel)
                )
            ]
        }
    }

    private func applier(_ channel: ReplicaStatus, _ dialect: Dialect) -> [Finding] {
        if let error = channel.applierError {
            return [Finding(.applierError, .critical, server: replica.name, "the applier was stopped by \(error)")]
        }
        guard channel.applier != .yes else { return [] }
        return [
            Finding(
                .applierStopped,
                .critical,
                server: replica.name,
                "the applier is stopped",
                remedy: dialect.startReplica(.applier, channel: channel.channel)
            )
        ]
    }

    /// Two witnesses: our own connection attempt, and the replica's receiver.
    private func life(of channel: ReplicaStatus) -> [Finding] {
        guard let source, let error = source.error else { return [] }
        switch (source.liveness, ReceiverTestimony(channel)) {
        case (.alive, _):
            return [Finding(.sourceRefusesUs, .critical, server: source.name, "lives, and refuses us: \(error)")]
        case (_, .replicates):
            return [
                Finding(
                    .partition,
                    .critical,
                    server: source.name,
                    "cannot be reached from here, but \(replica.name) still replicates from it: a partition, not a death (\(error))"
                )
            ]
        case (_, .notLost(let theirs)):
            return [
                Finding(
                    .sourceUnreachable,
                    .critical,
                    server: source.name,
                    "cannot be reached from here (\(error)), but \(replica.name) has not lost it: it stumbled on \(theirs)"
                )
            ]
        case (.silent, .lost):
            return [
                Finding(
                    .sourceDead,
                    .critical,
                    server: source.name,
                    "does not answer, and \(replica.name) has lost it as well (\(error))"
                )
            ]
        case (.silent, .none):
            return [
                Finding(
                    .sourceUnreachable,
                    .critical,
                    server: source.name,
                    "does not answer from here, and \(replica.name) is no witness, as its receiver is not trying (\(error))"
                )
            ]
        default:
            return [Finding(.sourceUnreachable, .critical, server: source.name, "could not be asked: \(error)")]
        }
    }

    private func lag(_ channel: ReplicaStatus) -> [Finding] {
        var found: [Finding] = []
        if let seconds = channel.secondsBehindSource, seconds > 10 {
            found.append(Finding(.lagging, .warning, server: replica.name, "is \(seconds) s behind its source"))
        } else if channel.secondsBehindSource == nil, channel.isRunning {
            found.append(Finding(.lagUnknown, .warning, server: replica.name, "does not know how far it is behind"))
        }
        if let delay = channel.configuredDelay, delay > 0 {
            found.append(Finding(.delayed, .warning, server: replica.name, "applies on purpose \(delay) s late"))
        }
        if let count = channel.retryCount, count < 100 {
            found.append(
                Finding(
                    .retriesFew,
                    .warning,
                    server: replica.name,
                    "gives up after \(count) attempts to connect (the server's own default since 8.1 is 10)"
                )
            )
        }
        return found
    }

    private func notAReplica(_ seen: ServerObservation) -> [Finding] {
        guard let channels = seen.replicaChannels else {
            return [Finding(.unreadable, .critical, server: replica.name, "its replica status cannot be read")]
        }
        guard channels.isEmpty else {
            return [Finding(.otherSource, .warning, server: replica.name, "follows \(channels.count) sources at once")]
        }
        guard let followed = source?.observation?.replica, followed.isSource(seen, at: replica.server.advertised) else {
            return [Finding(.notAReplica, .critical, server: replica.name, "is no replica")]
        }
        return [
            Finding(
                .swappedRoles,
                .critical,
                server: replica.name,
                "is the source of \(source?.name ?? "the other"), not its replica: the two are swapped"
            )
        ]
    }

    private func fence(_ seen: ServerObservation) -> [Finding] {
        guard seen.isReplica == true else { return [] }
        var found: [Finding] = []
        if seen.isWritable == true {
            found.append(
                Finding(
                    .replicaWritable,
                    .warning,
                    server: replica.name,
                    "takes writes although it is a replica",
                    remedy: seen.dialect.fencePersistently
                )
            )
        } else if let persisted = seen.persistedVariables, persisted["super_read_only"] != "ON" {
            found.append(
                Finding(
                    .replicaFenceNotPersisted,
                    .information,
                    server: replica.name,
                    "will take writes after a restart, unless its option file says otherwise",
                    remedy: seen.dialect.fencePersistently
                )
            )
        }
        return found
    }

    private func pair(_ sourceSeen: ServerObservation, _ seen: ServerObservation) -> [Finding] {
        guard let source else { return [] }
        var found: [Finding] = []
        if let uuid = seen.serverUUID, uuid == sourceSeen.serverUUID {
            found.append(
                Finding(.sameServerUUID, .critical, server: replica.name, "has the same server_uuid as \(source.name)")
            )
        } else if let id = seen.serverID, id == sourceSeen.serverID {
            found.append(
                Finding(.sameServerID, .critical, server: replica.name, "has the same server_id as \(source.name)")
            )
        }
        if let channel = seen.replica, !channel.isSource(sourceSeen, at: source.server.advertised) {
            let other = channel.sourceAddress.map { "\($0)" } ?? "another server"
            found.append(Finding(.otherSource, .critical, server: replica.name, "follows \(other), not \(source.name)"))
        }
        if sourceSeen.isWritable == false {
            found.append(
                Finding(
                    .sourceReadOnly,
                    .critical,
                    server: source.name,
                    "takes no writes although it is the source",
                    remedy: sourceSeen.dialect.open
                )
            )
        }
        if sourceSeen.binaryLogEnabled == false {
            found.append(Finding(.binaryLogOff, .critical, server: source.name, "writes no binary log"))
        }
        return found
    }
}
