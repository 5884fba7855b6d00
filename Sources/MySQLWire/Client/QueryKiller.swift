/// Ends a statement of another connection (manual: KILL Statement).
struct QueryKiller: Sendable {
    let configuration: MySQLConfiguration
    let session: SessionIdentity
    let within: Duration

    /// - Returns: whether the server took the KILL.
    func kill() async -> Bool {
        var configuration = configuration
        configuration.cancellation = .close
        configuration.database = nil
        configuration.observability = .none
        configuration.connectTimeout = min(configuration.connectTimeout, within)
        configuration.queryTimeout = within
        do {
            let connection = try await MySQLConnection.connect(to: configuration)
            do {
                // The same name may lead to another server now.
                guard try await connection.identity().server == session.server else {
                    await connection.close()
                    return false
                }
                _ = try await connection.collect(sql: "KILL QUERY \(session.connectionID)")
                await connection.close()
                return true
            } catch {
                await connection.close()
                return false
            }
        } catch {
            return false
        }
    }
}
