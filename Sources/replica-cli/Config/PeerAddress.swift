import MySQLWire
import ReplicaKit

/// How the other servers reach one that this program reaches by a socket: nothing that could be made up.
enum PeerAddress {
    /// The server with the address that it tells of itself, where none was given for it.
    ///
    /// - Throws: exit status 64 where it tells none, 4 or 5 where it cannot be asked.
    static func completed(_ server: Server, _ resolver: ServerResolver) async throws -> Server {
        guard resolver.unadvertised.contains(server.name) else { return server }
        let session = try await CLISession.open(server)
        let told: HostAndPort?
        do {
            told = address(try await session.collect(sql: "SELECT @@report_host, @@report_port", timeout: .seconds(10)))
        } catch {
            await session.close()
            throw CLIFailure(error, on: server)
        }
        await session.close()
        guard let told else {
            throw CLIFailure.usage(
                "the other servers cannot reach \(server.name) by its socket, and its report_host is not set: write "
                    + "--server NAME=\(server.configuration.endpoint),advertised=HOST:PORT and use NAME for it"
            )
        }
        var server = server
        server.advertised = told
        return server
    }

    /// The same for a server that nobody is told to follow: one that tells no address stays as it is.
    static func completedIfTold(_ server: Server, _ resolver: ServerResolver) async -> Server {
        (try? await completed(server, resolver)) ?? server
    }

    static func address(_ result: MySQLResult) -> HostAndPort? {
        guard let row = result.firstRow, let host = row.string(at: 0), !host.isEmpty,
            let port = row.string(at: 1).flatMap({ UInt16($0) }), port > 0
        else { return nil }
        return HostAndPort(host: host, port: port)
    }
}
