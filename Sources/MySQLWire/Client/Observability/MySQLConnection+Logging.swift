internal import Logging
internal import NIOCore

extension MySQLConnection {
    /// Each line says of which server it is.
    static func withServer(_ logger: Logger?, _ server: ObservedServer) -> Logger? {
        guard var logger else { return nil }
        for (key, value) in server.metadata where logger[metadataKey: key] == nil { logger[metadataKey: key] = value }
        return logger
    }

    /// That it is connected, and later why it is not any more.
    func logLife() {
        guard let logger, logger.logLevel <= .debug else { return }
        let server = ObservedServer(configuration.endpoint)
            .connected(to: channel.remoteAddress, version: serverVersion)
        var metadata = server.metadata
        metadata["mysql.connection_id"] = "\(connectionID)"
        var details = metadata
        details["mysql.version"] = "\(serverVersion)"
        details["tls.protocol.version"] = "\(tlsVersion ?? "none")"
        details["mysql.compression"] = "\(compression)"
        logger.debug("connected", metadata: details)
        let state = state
        channel.closeFuture.whenComplete { [metadata] _ in
            guard let reason = state.closeReason else { return }
            logger.debug(
                "closed: \(reason.withoutForeignText.message)",
                metadata: metadata.merging(DatabaseAttributes.metadata(reason)) { first, _ in first }
            )
        }
    }
}
