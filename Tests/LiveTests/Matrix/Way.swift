import MySQLWire

/// How a client gets to a server: a column of the live matrix.
enum Way: CaseIterable, Sendable {
    case plain, tls, verifiedTLS, zlib, zstd, socket

    /// - Parameters:
    ///   - base: an account of the server, over TCP.
    ///   - caFile: of the authority that the server's certificate is signed by.
    func configuration(_ base: MySQLConfiguration, caFile: String, socketPath: String) -> MySQLConfiguration {
        var configuration = base
        configuration.tls = TLSConfiguration(mode: .disabled)
        // What plaintext needs for a password that the server does not know yet.
        configuration.getServerPublicKey = true
        switch self {
        case .plain: break
        case .tls: configuration.tls = TLSConfiguration(mode: .required)
        case .verifiedTLS: configuration.tls = TLSConfiguration(mode: .verifyIdentity, caFile: caFile)
        case .zlib: configuration.compression = .zlib
        case .zstd: configuration.compression = .zstd(level: 3)
        case .socket: configuration.endpoint = .unixSocket(path: socketPath)
        }
        configuration.cancellation = .killQuery(within: .seconds(20))
        configuration.allowsSeveralStatements = true
        return configuration
    }
}
