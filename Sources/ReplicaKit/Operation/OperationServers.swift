internal import MySQLWire

/// Which given server is meant by an address, and how to reach one that was not given.
package enum OperationServers {
    /// The server that its peers know by `address`.
    ///
    /// - Parameter like: a server whose account and TLS settings are used for one that was not given.
    static func server(at address: HostAndPort, among given: [Server], like model: Server) -> Server {
        let matches = { (server: Server) in
            server.advertised == address
                || server.configuration.endpoint == .tcp(host: address.host, port: address.port)
        }
        if let known = given.first(where: matches) { return known }
        var configuration = model.configuration
        configuration.endpoint = .tcp(host: address.host, port: address.port)
        return Server(name: address.description, configuration: configuration, advertised: address)
    }

    /// The same server with less patience: for looking again at one that was silent a moment ago.
    static func impatient(_ server: Server) -> Server {
        var copy = server
        copy.configuration.connectTimeout = min(copy.configuration.connectTimeout, .seconds(2))
        return copy
    }

    /// The anchors in a server's own table, and those that an interrupted run of this machine did not come to write there.
    static func anchors(on server: Server, _ environment: OperationEnvironment) async throws(MySQLError)
        -> AnchorHistory
    {
        try await written(on: server, environment).merging(environment.journal?.interruptedAnchors() ?? [])
    }

    /// None where the server has no such table.
    private static func written(on server: Server, _ environment: OperationEnvironment) async throws(MySQLError)
        -> AnchorHistory
    {
        let session = try await environment.connector.connect(to: server)
        do throws(MySQLError) {
            let result = try await session.collect(
                sql: AnchorTable.select,
                timeout: .seconds(environment.options.statementSeconds)
            )
            await session.close()
            return AnchorTable.history(result)
        } catch {
            await session.close()
            // 1049: unknown database, 1146: no such table
            if let number = error.server?.number, number == 1049 || number == 1146 { return AnchorHistory() }
            throw error
        }
    }

    /// Whose transactions a server's binary log holds after a place of parting.
    static func origins(
        on server: ObservedServer,
        after place: BinaryLogCoordinates,
        _ environment: OperationEnvironment,
        until isEnough: (LogOrigins) -> Bool
    ) async -> OriginScan {
        guard let ownID = server.observation?.serverID else { return .unreadable("its server_id is not known") }
        do throws(MySQLError) {
            return try await scanning(server.server, environment) { scan throws(MySQLError) in
                try await scan.origins(after: place, ownID: ownID, until: isEnough)
            }
        } catch {
            return .unreadable("\(error)")
        }
    }

    /// What a replica's binary log holds of its own clients after the last transaction that it replicated.
    static func ownTail(of server: ObservedServer, _ environment: OperationEnvironment) async -> TailScan {
        guard let ownID = server.observation?.serverID else { return .unusable("its server_id is not known") }
        do throws(MySQLError) {
            return try await scanning(server.server, environment) { scan throws(MySQLError) in
                try await scan.ownTail(ownID: ownID)
            }
        } catch {
            return .unusable("\(error)")
        }
    }

    private static func scanning<Value>(
        _ server: Server,
        _ environment: OperationEnvironment,
        _ work: (BinlogEventsScan) async throws(MySQLError) -> Value
    ) async throws(MySQLError) -> Value {
        let session = try await environment.connector.connect(to: server)
        var scan = BinlogEventsScan(session: session)
        scan.timeout = .seconds(environment.options.statementSeconds)
        do throws(MySQLError) {
            let value = try await work(scan)
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }

    /// The account of a replica's channel, from the table in which MySQL itself keeps it: SHOW REPLICA STATUS has no
    /// password (seen on 9.7.4: `mysql.slave_master_info` has it in plain text). Nil where it cannot be read.
    package static func credentials(of server: Server, channel: String, _ environment: OperationEnvironment) async
        -> ReplicationCredentials?
    {
        guard let session = try? await environment.connector.connect(to: server) else { return nil }
        let sql =
            "SELECT User_name, User_password FROM mysql.slave_master_info WHERE Channel_name = \(SQLText.literal(channel))"
        let row = try? await session.collect(sql: sql, timeout: .seconds(environment.options.statementSeconds)).firstRow
        await session.close()
        guard let username = row?.string(at: 0), !username.isEmpty else { return nil }
        return ReplicationCredentials(username: username, password: row?.string(at: 1).map { Secret($0) })
    }

    /// Whether an account can log in to a server.
    static func check(
        _ credentials: ReplicationCredentials?,
        on server: Server,
        _ environment: OperationEnvironment
    ) async -> CredentialsCheck {
        guard let credentials else { return .missing }
        var copy = server
        copy.configuration.username = credentials.username
        copy.configuration.password = credentials.password
        copy.configuration.database = nil
        do {
            let session = try await environment.connector.connect(to: copy)
            await session.close()
            return .accepted(username: credentials.username)
        } catch {
            return .rejected(username: credentials.username, error)
        }
    }
}
