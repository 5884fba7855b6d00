import MySQLWire
import ReplicaKit

extension StatusReport {
    /// Everything that is known of each server, `\G`-like.
    func vertical(for terminal: Terminal) -> String {
        servers.map { server in
            ([Self.overview(server)] + (server.observation?.replicaChannels ?? []).map { Self.detail($0, of: server) })
                .map { $0.rendered(for: terminal) }.joined()
        }.joined()
    }

    private static func overview(_ server: ObservedServer) -> VerticalList {
        var list = VerticalList(title: "\(server.name) (\(server.server.configuration.endpoint))")
        guard let seen = server.observation else {
            list.add("Error", server.error?.description, style: .bad)
            return list
        }
        list.add("Role", seen.role)
        list.add("Version", seen.version.text)
        list.add("Server_UUID", seen.serverUUID)
        list.add("Server_ID", seen.serverID.map { String($0) })
        list.add("Writes", seen.writes)
        list.add("Binary_log", seen.binaryLogEnabled == false ? "off" : seen.source?.coordinates.description)
        list.add("Binary_log_format", seen.binaryLogFormat)
        list.add("GTID_mode", seen.gtidMode)
        list.add("Executed_GTID_set", seen.source?.executedGTIDSet)
        list.add("Logs_replica_updates", seen.logsReplicaUpdates.map { $0 ? "Yes" : "No" })
        list.add(
            "Connected_replicas",
            seen.connectedReplicas.map { replicas in
                replicas.isEmpty ? "none" : replicas.map(Self.text).joined(separator: ", ")
            }
        )
        for (part, reason) in seen.unreadable.sorted(by: { $0.key < $1.key }) {
            list.add("Unreadable", "\(part): \(reason)", style: .doubtful)
        }
        return list
    }

    private static func text(_ replica: ConnectedReplica) -> String {
        replica.address?.description ?? "server id " + (replica.serverID.map { String($0) } ?? "unknown")
    }

    private static func detail(_ channel: ReplicaStatus, of server: ObservedServer) -> VerticalList {
        let name = channel.channel.isEmpty ? "" : ", channel \(channel.channel)"
        var list = VerticalList(title: "\(server.name) as a replica\(name)")
        list.add("Source", channel.sourceAddress?.description)
        list.add("Source_user", channel.sourceUser)
        list.add("Source_UUID", channel.sourceUUID)
        list.add("Replica_IO_Running", channel.receiver?.rawValue, style: channel.receiver == .yes ? .good : .bad)
        list.add("Replica_SQL_Running", channel.applier?.rawValue, style: channel.applier == .yes ? .good : .bad)
        list.add("Replica_IO_State", channel.receiverText)
        list.add("Replica_SQL_Running_State", channel.applierText)
        list.add("Read", channel.read?.description)
        list.add("Executed", channel.executed?.description)
        list.add("Seconds_Behind_Source", channel.secondsBehindSource.map { String($0) })
        list.add("Last_IO_Error", channel.receiverError?.description ?? "none", style: style(channel.receiverError))
        list.add("Last_SQL_Error", channel.applierError?.description ?? "none", style: style(channel.applierError))
        list.add("Relay_log", channel.relayLog?.description)
        list.add("Auto_position", channel.autoPosition.map { $0 ? "Yes" : "No" })
        list.add("TLS", channel.usesTLS ? "Yes" : "No")
        for (column, value) in channel.otherColumns.sorted(by: { $0.key < $1.key }) {
            list.add(column, value ?? "NULL")
        }
        return list
    }

    private static func style(_ error: ReplicationError?) -> Style { error == nil ? .plain : .bad }
}
