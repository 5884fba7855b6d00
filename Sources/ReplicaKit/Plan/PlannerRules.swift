internal import MySQLWire

/// What every planner asks first.
enum PlannerRules {
    /// The observation, or why there is none to plan with.
    static func observation(of server: ObservedServer) throws(Refusal) -> ServerObservation {
        guard let seen = server.observation else {
            throw Refusal(
                .unreachable,
                server: server.name,
                "\(server.name) (\(server.server.configuration.endpoint)) cannot be observed: \(server.error.map { "\($0)" } ?? "unknown")",
                instead: "make it reachable for this account, then run the same command again"
            )
        }
        guard seen.version.flavor == .mySQL, seen.dialect.hasSuperReadOnly else {
            throw Refusal(
                .unsupportedServer,
                server: server.name,
                "\(server.name) is \(seen.version), and its fence would not stop every writer",
                instead: "only MySQL 5.7.8 and later can be operated on so far"
            )
        }
        guard seen.replicaChannels != nil, seen.readOnly != nil, seen.serverUUID != nil else {
            throw Refusal(
                .statusUnreadable,
                server: server.name,
                "\(server.name) does not show its state: \(seen.unreadable.values.sorted().joined(separator: "; "))",
                instead: "GRANT REPLICATION CLIENT (and the rights to operate) to this account"
            )
        }
        return seen
    }

    /// Its only channel, or nil where it follows nobody.
    static func channel(of seen: ServerObservation, _ name: String) throws(Refusal) -> ReplicaStatus? {
        guard let channels = seen.replicaChannels, channels.count <= 1 else {
            throw Refusal(
                .severalChannels,
                server: name,
                "\(name) follows several sources at once",
                instead: "several channels are not supported yet"
            )
        }
        return channels.first
    }

    static func requireBinaryLog(_ seen: ServerObservation, _ name: String) throws(Refusal) {
        guard seen.source != nil else {
            throw Refusal(
                .noBinaryLog,
                server: name,
                "\(name) writes no binary log (or does not show it), so nobody could follow it",
                instead: "switch log_bin on, and GRANT REPLICATION CLIENT to this account"
            )
        }
    }

    static func requireFilePosition(_ channel: ReplicaStatus, _ name: String) throws(Refusal) {
        guard channel.autoPosition != true else {
            throw Refusal(
                .automaticPosition,
                server: name,
                "\(name) replicates with SOURCE_AUTO_POSITION = 1",
                instead: "this operation works by file and position so far; nothing was changed"
            )
        }
    }

    /// - Parameter tolerated: an error number that a start clears.
    static func refuseApplierError(
        _ channel: ReplicaStatus,
        _ name: String,
        except tolerated: Int? = nil
    ) throws(Refusal) {
        guard let error = channel.applierError, error.number != tolerated else { return }
        throw Refusal(
            .applierError,
            server: name,
            "the applier of \(name) was stopped by \(error)",
            instead: "mend what it stumbled on (never by skipping it), START REPLICA, then run the same command again"
        )
    }

    /// A promotion needs two witnesses of a death: our own attempt, and a receiver that has lost its source too.
    static func refuseLivingSource(
        _ channel: ReplicaStatus,
        of name: String,
        sourceName: String,
        _ dialect: Dialect,
        _ ourError: MySQLError? = nil
    ) throws(Refusal) {
        let unreached = "\(sourceName) cannot be reached from here\(ourError.map { " (\($0))" } ?? "")"
        switch ReceiverTestimony(channel) {
        case .lost, .none: return
        case .replicates:
            throw Refusal(
                .partition,
                server: sourceName,
                "\(unreached), but \(name) still replicates from it: a partition, not a death",
                instead: "mend the network, or run this where the source can be reached"
            )
        case .notLost(let error):
            let again =
                "\(dialect.stopReplica(.receiver, channel: channel.channel)); \(dialect.startReplica(.receiver, channel: channel.channel))"
            throw Refusal(
                .receiverError,
                server: name,
                "\(unreached), but the receiver of \(name) has not lost it: it stumbled on \(error)",
                instead:
                    "mend that where \(sourceName) lives; if it has died since, let the receiver find out, on \(name): \(again), then run this again"
            )
        }
    }
}
