internal import Logging
internal import Synchronization

/// What a pool has to say: debug for each connection's life, more where somebody may want to act.
extension MySQLClient {
    /// Each line says of which pool it is.
    static func withPool(
        _ logger: Logger?,
        _ configuration: MySQLConfiguration,
        _ pool: PoolConfiguration
    ) -> Logger? {
        guard var logger = MySQLConnection.withServer(logger, ObservedServer(configuration.endpoint)) else {
            return nil
        }
        logger[metadataKey: "db.client.connection.pool.name"] = "\(pool.name ?? PoolObserver.name(configuration))"
        return logger
    }

    private var failures: Int { state.withLock { $0.machine.backoff.failures } }

    /// Before the machine hears of it.
    func logConnected() {
        guard let logger, failures > 0 else { return }
        logger.notice("connections can be opened again")
    }

    /// Before the machine hears of it. A server that is away for an hour is one warning.
    func logNotConnected(_ error: MySQLError) {
        guard let logger else { return }
        logger.log(
            level: failures == 0 ? .warning : .debug,
            "a connection could not be opened: \(error.withoutForeignText.message)",
            metadata: DatabaseAttributes.metadata(error)
        )
    }

    /// Somebody has waited for a connection in vain.
    func noteTimeout() {
        observer?.timedOut()
        guard let logger else { return }
        let now = statistics
        logger.notice(
            "no connection came free in time",
            metadata: [
                "db.client.connection.used": "\(now.leased + now.inTransit)",
                "db.client.connection.idle": "\(now.idle)",
                "db.client.connection.connecting": "\(now.connecting)",
                "db.client.connection.pending_requests": "\(now.waiting)",
            ]
        )
    }
}
