import MySQLWire

/// What one source of configuration (a flag, the environment, a file) says of connections; nil where it says nothing.
struct ConnectionSettings: Sendable, Equatable {
    enum PasswordSource: Sendable, Equatable {
        case given(Secret)
        /// To be asked for on the terminal.
        case prompt
    }

    var user: String?
    var host: String?
    var port: UInt16?
    var socket: String?
    var password: PasswordSource?
    var database: String?
    var tlsMode: TLSConfiguration.Mode?
    var caFile: String?
    var certificateFile: String?
    var keyFile: String?
    var fingerprints: Set<CertificateFingerprint>?
    var getServerPublicKey: Bool?
    var serverPublicKeyPath: String?
    var compression: MySQLConfiguration.Compression?
    var connectTimeout: Duration?

    /// These settings where they say something, the others where they do not.
    func over(_ lower: ConnectionSettings) -> ConnectionSettings {
        ConnectionSettings(
            user: user ?? lower.user,
            host: host ?? lower.host,
            port: port ?? lower.port,
            socket: socket ?? lower.socket,
            password: password ?? lower.password,
            database: database ?? lower.database,
            tlsMode: tlsMode ?? lower.tlsMode,
            caFile: caFile ?? lower.caFile,
            certificateFile: certificateFile ?? lower.certificateFile,
            keyFile: keyFile ?? lower.keyFile,
            fingerprints: fingerprints ?? lower.fingerprints,
            getServerPublicKey: getServerPublicKey ?? lower.getServerPublicKey,
            serverPublicKeyPath: serverPublicKeyPath ?? lower.serverPublicKeyPath,
            compression: compression ?? lower.compression,
            connectTimeout: connectTimeout ?? lower.connectTimeout
        )
    }

    /// Whether the files of TLS can be read: once for all servers, and before any of them is asked.
    func checkFiles(_ files: FileAccess = .real) throws(CLIFailure) {
        if tlsMode == .disabled { return }
        for (option, path) in [("ssl-ca", caFile), ("ssl-cert", certificateFile), ("ssl-key", keyFile)] {
            guard let path else { continue }
            do { _ = try files.read(path) } catch { throw .usage("cannot read --\(option) \(path): \(error.reason)") }
        }
    }

    /// These settings, without what would change the meaning of the flags: a host beside `--socket` and a socket beside
    /// `--port`. MySQL's own client lets such a host win, and drops such a port without a word.
    func besides(_ flags: ConnectionSettings) -> ConnectionSettings {
        var result = self
        if flags.socket != nil { result.host = nil }
        if flags.port != nil { result.socket = nil }
        return result
    }
}

extension ConnectionSettings {
    /// The environment variables of MySQL's own client.
    init(environment: [String: String]) throws(CLIFailure) {
        self.init()
        host = environment["MYSQL_HOST"].flatMap { $0.isEmpty ? nil : $0 }
        socket = environment["MYSQL_UNIX_PORT"].flatMap { $0.isEmpty ? nil : $0 }
        password = environment["MYSQL_PWD"].map { .given(Secret($0)) }
        if let text = environment["MYSQL_TCP_PORT"], !text.isEmpty {
            port = try SettingValue.port(text, named: "MYSQL_TCP_PORT")
        }
    }
}

/// Reads the values of settings, from wherever they come.
enum SettingValue {
    static func port(_ text: String, named name: String) throws(CLIFailure) -> UInt16 {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0 else {
            throw .usage("\(name) must be a port from 1 to 65535, not '\(text)'")
        }
        return port
    }

    static func tlsMode(_ text: String, named name: String) throws(CLIFailure) -> TLSConfiguration.Mode {
        let word = text.uppercased().replacing("-", with: "_")
        guard let mode = TLSConfiguration.Mode(rawValue: word) else {
            throw .usage(
                "\(name) must be disabled, preferred, required, verify_ca or verify_identity, not '\(text)'"
            )
        }
        return mode
    }

    /// SHA-256 fingerprints with commas between them.
    static func fingerprints(_ text: String, named name: String) throws(CLIFailure) -> Set<CertificateFingerprint> {
        var found: Set<CertificateFingerprint> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let fingerprint = try? CertificateFingerprint(String(word)) else {
                throw .usage(
                    "\(name) must be the SHA-256 fingerprint of a certificate (64 hexadecimal digits, with or without "
                        + "colons), or several with commas, not '\(text)'"
                )
            }
            found.insert(fingerprint)
        }
        return found
    }

    /// Names with commas between them, as MySQL's own client takes them; here their order counts.
    static func compression(
        _ text: String,
        named name: String
    ) throws(CLIFailure) -> MySQLConfiguration.Compression {
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        return MySQLConfiguration.Compression(
            try words.map { word throws(CLIFailure) in
                switch word.lowercased() {
                case "zlib": return .zlib
                case "zstd": return .zstd(level: 3)
                case "uncompressed": return .uncompressed
                default: throw .usage("\(name) must be of zlib, zstd and uncompressed, with commas, not '\(text)'")
                }
            }
        )
    }

    /// Seconds, with a fraction if wanted.
    static func seconds(_ text: String, named name: String) throws(CLIFailure) -> Duration {
        let digits = text.hasSuffix("s") ? text.dropLast() : text[...]
        // Double would also read 0x10, 1e3, inf and nan.
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let value = Double(digits), value > 0, value <= 86_400
        else { throw .usage("\(name) must be a number of seconds above 0 and up to 86400, not '\(text)'") }
        return .seconds(value)
    }

    static func boolean(_ text: String?, named name: String) throws(CLIFailure) -> Bool {
        switch text?.lowercased() {
        case nil, "1", "on", "true", "yes": return true
        case "0", "off", "false", "no": return false
        case let other?: throw .usage("\(name) must be ON or OFF, not '\(other)'")
        }
    }
}

extension TLSConfiguration.Mode {
    /// How much it protects, for comparison.
    var strength: Int {
        switch self {
        case .disabled: 0
        case .preferred: 1
        case .required: 2
        case .verifyCA: 3
        case .verifyIdentity: 4
        }
    }

    /// As it is written on the command line.
    var optionText: String { rawValue.lowercased() }
}
