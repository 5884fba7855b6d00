import MySQLWire
import ReplicaKit

extension StatusReport {
    var json: JSONValue {
        .object(["schema": 1, "healthy": .bool(isHealthy), "servers": .array(servers.map(Self.json))])
    }

    private static func json(_ server: ObservedServer) -> JSONValue {
        let seen = server.observation
        return .object([
            "name": .string(server.name),
            "address": .string(server.server.configuration.endpoint.description),
            "error": server.error.map(JSONValue.init) ?? .null,
            "seconds": JSONValue(seconds: server.elapsed),
            "role": JSONValue(seen?.role),
            "version": JSONValue(seen?.version.text),
            "serverUUID": JSONValue(seen?.serverUUID),
            "serverID": JSONValue(seen?.serverID),
            "readOnly": JSONValue(seen?.readOnly),
            "superReadOnly": JSONValue(seen?.superReadOnly),
            "offlineMode": JSONValue(seen?.offlineMode),
            "gtidMode": JSONValue(seen?.gtidMode),
            "binaryLogEnabled": JSONValue(seen?.binaryLogEnabled),
            "binaryLog": JSONValue(seen?.source?.coordinates),
            "executedGTIDSet": JSONValue(seen?.source?.executedGTIDSet),
            "replication": seen?.replicaChannels.map { .array($0.map(json)) } ?? .null,
            "connectedReplicas": seen?.connectedReplicas.map { .array($0.map(json)) } ?? .null,
            "unreadable": seen.map { .strings($0.unreadable) } ?? .null,
        ])
    }

    private static func json(_ channel: ReplicaStatus) -> JSONValue {
        .object([
            "channel": .string(channel.channel),
            "sourceHost": JSONValue(channel.sourceHost),
            "sourcePort": JSONValue(channel.sourcePort),
            "sourceUUID": JSONValue(channel.sourceUUID),
            "receiver": JSONValue(channel.receiver?.rawValue),
            "applier": JSONValue(channel.applier?.rawValue),
            "running": .bool(channel.isRunning),
            "secondsBehindSource": JSONValue(channel.secondsBehindSource),
            "read": JSONValue(channel.read),
            "executed": JSONValue(channel.executed),
            "receiverError": JSONValue(channel.receiverError),
            "applierError": JSONValue(channel.applierError),
            "retrievedGTIDSet": JSONValue(channel.retrievedGTIDSet),
            "executedGTIDSet": JSONValue(channel.executedGTIDSet),
            "autoPosition": JSONValue(channel.autoPosition),
        ])
    }

    private static func json(_ replica: ConnectedReplica) -> JSONValue {
        .object([
            "serverID": JSONValue(replica.serverID),
            "serverUUID": JSONValue(replica.serverUUID),
            "address": JSONValue(replica.address?.description),
        ])
    }
}
