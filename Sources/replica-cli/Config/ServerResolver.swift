import MySQLWire
import ReplicaKit

/// Makes servers out of what was typed and configured. Everything that it needs is given to it.
struct ServerResolver {
    /// Flags over files over environment.
    var settings: ConnectionSettings
    /// What `--server` named.
    var definitions: [ServerDefinition] = []
    /// The names of servers of which is not known how their peers reach them: see ``PeerAddress``.
    private(set) var unadvertised: Set<String> = []
    var loginName: String
    var files = FileAccess.real
    /// Asks for the password of an account; called once, when the first server needs it.
    var prompt: (String) throws -> Secret = { _ in throw CLIFailure.usage("nobody can be asked for a password here") }

    static let defaultPort: UInt16 = 3306
    static let defaultConnectTimeout = Duration.seconds(10)
    /// Where distributions put the socket.
    static let knownSockets = ["/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"]

    /// - Parameter text: an address or a name of `--server`.
    mutating func server(_ text: String) throws -> Server {
        if let definition = definitions.first(where: { $0.name == text }) {
            return try server(definition.address, name: definition.name, advertised: definition.advertised)
        }
        let address = try ServerAddress(text)
        return try server(address, name: address.description, advertised: nil)
    }

    /// The server of `--host`, `--port` and `--socket`, or of the option files.
    ///
    /// Without any of them: the socket of this machine's own server where there is one, as MySQL's client does, else
    /// 127.0.0.1:3306. `--host=localhost` means the socket too, unless a port is given: MySQL's client would drop the
    /// port without a word.
    mutating func defaultServer() throws -> Server {
        let address = ServerAddress(location: defaultLocation())
        return try server(address, name: address.description, advertised: nil)
    }

    /// The servers of `--server`, without those that stand for one of the given.
    mutating func definedServers(except given: [Server]) throws -> [Server] {
        let names = definitions.map(\.name).filter { name in !given.contains { $0.name == name } }
        return try names.map { try server($0) }
            .filter { defined in !given.contains { $0.configuration.endpoint == defined.configuration.endpoint } }
    }

    private func defaultLocation() -> ServerAddress.Location {
        if let host = settings.host, host != "localhost" { return .tcp(host: host, port: settings.port) }
        if let socket = settings.socket { return .socket(socket) }
        if settings.port == nil, let socket = Self.knownSockets.first(where: { files.mode($0) != nil }) {
            return .socket(socket)
        }
        return .tcp(host: settings.host ?? "127.0.0.1", port: settings.port)
    }

    private mutating func server(_ address: ServerAddress, name: String, advertised: HostAndPort?) throws -> Server {
        try refuseWeakening(by: address)
        let merged = address.options.over(settings)
        let mode =
            merged.tlsMode
            ?? Self.defaultTLSMode(
                address.location,
                namesCA: merged.caFile != nil,
                pinsCertificate: merged.fingerprints != nil
            )
        if merged.fingerprints != nil, mode == .disabled || mode == .preferred {
            throw CLIFailure.usage(
                "--ssl-fp pins a certificate, and with ssl-mode=\(mode.optionText) there may be none (\(name)); "
                    + "use required, or leave one of them out"
            )
        }
        let user = address.user ?? settings.user ?? loginName
        var configuration = MySQLConfiguration(
            endpoint: endpoint(address.location),
            username: user,
            password: try address.password ?? password(for: user, at: name),
            database: address.database ?? settings.database,
            tls: TLSConfiguration(
                mode: mode,
                caFile: merged.caFile,
                certificateFile: merged.certificateFile,
                keyFile: merged.keyFile,
                fingerprints: merged.fingerprints ?? []
            ),
            getServerPublicKey: merged.getServerPublicKey ?? false,
            connectTimeout: merged.connectTimeout ?? Self.defaultConnectTimeout
        )
        if let path = merged.serverPublicKeyPath {
            configuration.serverPublicKey = try files.text(path, purpose: "--server-public-key-path")
        }
        configuration.compression = merged.compression ?? .none
        configuration.connectionAttributes = ["program_name": "replica-cli"]
        if advertised == nil, case .socket = address.location { unadvertised.insert(name) }
        return Server(name: name, configuration: configuration, advertised: advertised ?? peers(address.location))
    }

    private func endpoint(_ location: ServerAddress.Location) -> MySQLConfiguration.Endpoint {
        switch location {
        case .socket(let path): .unixSocket(path: path)
        case .tcp(let host, let port): .tcp(host: host, port: port ?? settings.port ?? Self.defaultPort)
        }
    }

    /// How peers reach it, unless told otherwise: as this program does. A socket says nothing of that: what stands for
    /// it is no address of any server.
    private func peers(_ location: ServerAddress.Location) -> HostAndPort {
        switch location {
        case .socket(let path): HostAndPort(host: path, port: 0)
        case .tcp(let host, let port): HostAndPort(host: host, port: port ?? settings.port ?? Self.defaultPort)
        }
    }

    private mutating func password(for user: String, at name: String) throws -> Secret? {
        switch settings.password {
        case nil: return nil
        case .given(let secret): return secret.isEmpty ? nil : secret
        case .prompt:
            let secret = try prompt("Password of \(user) (\(name)): ")
            settings.password = .given(secret)
            return secret
        }
    }

    /// An address may come from a script or a file of somebody else: it cannot undo what was asked for explicitly.
    private func refuseWeakening(by address: ServerAddress) throws(CLIFailure) {
        if let wanted = settings.tlsMode, let given = address.options.tlsMode, given.strength < wanted.strength {
            throw .usage(
                "ssl-mode=\(given.optionText) of \(address) is weaker than the --ssl-mode=\(wanted.optionText) "
                    + "that was asked for; remove one of them"
            )
        }
        let pairs = [
            ("ssl-ca", settings.caFile, address.options.caFile),
            ("ssl-cert", settings.certificateFile, address.options.certificateFile),
            ("ssl-key", settings.keyFile, address.options.keyFile),
            ("server-public-key-path", settings.serverPublicKeyPath, address.options.serverPublicKeyPath),
        ]
        for (name, wanted, given) in pairs where wanted != nil && given != nil && wanted != given {
            throw .usage("\(name) of \(address) contradicts --\(name); remove one of them")
        }
    }

    /// TLS, and no connection without; only where the bytes stay on this machine may a server without TLS do. Whoever
    /// names a CA wants it looked at, as in MySQL's own client, and whoever pins a certificate wants to see it.
    static func defaultTLSMode(
        _ location: ServerAddress.Location,
        namesCA: Bool = false,
        pinsCertificate: Bool = false
    ) -> TLSConfiguration.Mode {
        if namesCA { return .verifyCA }
        if pinsCertificate { return .required }
        return switch location {
        case .socket: .preferred
        case .tcp(let host, _): isLoopback(host) ? .preferred : .required
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
