internal import MySQLWire
internal import ReplicaKit

/// Sets up file/position replication between two fresh servers of a lab.
package enum LabReplication {
    /// Points `replica` at the end of `source`'s binary log and starts it.
    ///
    /// Only for servers that hold the same data, as fresh ones do.
    package static func start(from source: LabServer, to replica: LabServer) async throws(LabError) {
        let origin = try await open(source)
        let status: MySQLResult
        do { status = try await origin.collect(sql: "SHOW BINARY LOG STATUS", timeout: .seconds(10)) } catch {
            throw .server(name: source.name, error)
        }
        await origin.close()
        guard let row = status.firstRow, let file = row.string("File"),
            let position = row.integer("Position", as: UInt64.self)
        else { throw .wrongState(server: source.name, "it has no binary log") }
        let password = replica.accounts.replicationPassword.withBytes { String(decoding: $0, as: UTF8.self) }
        let target = try await open(replica)
        do {
            _ = try await target.collect(
                sql: """
                    CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(source.port), \
                    SOURCE_USER = \(SQLText.literal(replica.accounts.replicationUser)), \
                    SOURCE_PASSWORD = \(SQLText.literal(password)), SOURCE_SSL = 1, \
                    SOURCE_LOG_FILE = \(SQLText.literal(file)), SOURCE_LOG_POS = \(position), \
                    SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400
                    """,
                timeout: .seconds(10)
            )
            _ = try await target.collect(sql: "START REPLICA", timeout: .seconds(10))
        } catch {
            await target.close()
            throw .server(name: replica.name, error)
        }
        await target.close()
    }

    private static func open(_ server: LabServer) async throws(LabError) -> MySQLConnection {
        do { return try await MySQLConnection.connect(to: server.configuration) } catch {
            throw .server(name: server.name, error)
        }
    }
}
