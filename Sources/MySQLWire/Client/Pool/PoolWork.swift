/// What ``MySQLClient/run()`` has to do: whatever waits for a server.
enum PoolWork: Sendable {
    case connect(PoolMachine.ConnectionID)
    case ping(PoolMachine.ConnectionID, MySQLConnection)
    case renew(PoolMachine.ConnectionID, MySQLConnection)
}
