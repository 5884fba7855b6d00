internal import NIOCore

extension MySQLConnection {
    /// Called once the connection is closed, on its event loop; at once, if it is.
    func onClose(_ body: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in body() }
    }

    /// As ``close()``, without waiting for its end.
    func startClosing(_ message: String) {
        let handler = handler
        channel.eventLoop.execute {
            handler.value.close(MySQLError(.connectionClosed, phase: .idle, message: message))
        }
    }

    /// Makes a connection that comes back from a lease fit for the next one.
    ///
    /// - Returns: whether it is. A throw says the same.
    func renew(resets: Bool, timeout: Duration) async throws(MySQLError) -> Bool {
        let handler = handler
        let progress = try? await channel.eventLoop.submit { handler.value.progress }.get()
        switch progress {
        case .none?: break
        // The server will be done with it before it comes to the reset.
        case .dropping? where resets: break
        case .dropping?, .underWay?, nil: return false
        }
        if state.current.isAltered { return false }
        if resets {
            try await reset(timeout: timeout)
            // The reset keeps the default database, whichever it is by now.
            if let database = configuration.database {
                try await selectDatabase(database, timeout: timeout)
            } else if try await collect(sql: "SELECT DATABASE()", timeout: timeout).scalar != nil {
                return false
            }
        }
        return closeReason == nil && !status.contains(.inTransaction)
    }
}

extension MySQLChannelHandler {
    /// What is still to come of the commands that were sent.
    enum Progress: Sendable {
        case none
        /// The rest of an answer that nobody reads any more.
        case dropping
        case underWay
    }
}
