internal import MySQLWire

/// A replica that is connected to a source at this moment, as it introduced itself: a row of SHOW REPLICAS.
public struct ConnectedReplica: Sendable, Hashable, Codable {
    public var serverID: UInt32?
    public var serverUUID: String?
    /// `report_host` of the replica; nil where it reports none (the default).
    public var address: HostAndPort?

    public init(serverID: UInt32?, serverUUID: String?, address: HostAndPort?) {
        self.serverID = serverID
        self.serverUUID = serverUUID
        self.address = address
    }

    static func all(_ result: MySQLResult) -> [ConnectedReplica] {
        result.rows.map { row in
            var reader = ColumnReader(row)
            let host = reader.text("Host") ?? ""
            let port: UInt16? = reader.integer("Port")
            return ConnectedReplica(
                serverID: reader.integer("Server_Id", "Server_id"),
                serverUUID: reader.text("Replica_UUID", "Slave_UUID").flatMap { $0.isEmpty ? nil : $0 },
                address: host.isEmpty ? nil : port.map { HostAndPort(host: host, port: $0) }
            )
        }
    }
}
