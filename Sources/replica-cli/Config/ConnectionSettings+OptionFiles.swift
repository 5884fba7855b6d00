import MySQLWire

extension ConnectionSettings {
    /// What the option files say. Later options win over earlier ones, as in MySQL's own programs.
    ///
    /// - Parameter warn: told of options that protect and that this program does not know.
    init(_ options: [OptionFiles.Option], warn: (String) -> Void) throws(CLIFailure) {
        self.init()
        for option in options { try take(option, warn: warn) }
    }

    private mutating func take(_ option: OptionFiles.Option, warn: (String) -> Void) throws(CLIFailure) {
        var name = option.name
        let isLoose = name.hasPrefix("loose-")
        if isLoose { name = String(name.dropFirst("loose-".count)) }
        let named = "\(option.origin): \(name)"
        func value() throws(CLIFailure) -> String {
            guard let value = option.value, !value.isEmpty else { throw .usage("\(named) needs a value") }
            return value
        }
        switch name {
        case "user": user = option.value
        case "password": password = option.value.map { .given(Secret($0)) } ?? .prompt
        case "skip-password": password = nil
        case "host": host = try value()
        case "port":
            let text = try value()
            port = text == "0" ? nil : try SettingValue.port(text, named: named)
        case "socket": socket = try value()
        case "database": database = try value()
        case "ssl-mode": tlsMode = try SettingValue.tlsMode(value(), named: named)
        case "ssl-ca": caFile = try value()
        case "ssl-cert": certificateFile = try value()
        case "ssl-key": keyFile = try value()
        case "ssl-fp": fingerprints = try SettingValue.fingerprints(value(), named: named)
        case "get-server-public-key": getServerPublicKey = try SettingValue.boolean(option.value, named: named)
        case "skip-get-server-public-key": getServerPublicKey = false
        case "server-public-key-path": serverPublicKeyPath = try value()
        case "compression-algorithms": compression = try SettingValue.compression(value(), named: named)
        case "connect-timeout":
            let text = try value()
            connectTimeout = text == "0" ? nil : try SettingValue.seconds(text, named: named)
        case _ where Self.protections.contains(name):
            warn("\(named) is not supported by this program and is ignored")
        case _ where option.group.hasPrefix("replica-cli") && !isLoose:
            throw .usage("\(named) is no option of this program")
        default: break  // [client] is shared with programs that know more options.
        }
    }

    /// Options of MySQL's client library that make a connection safer: their loss has to be said.
    private static let protections: Set<String> = [
        "ssl-crl", "ssl-crlpath", "ssl-capath", "ssl-cipher", "tls-version", "tls-ciphersuites", "ssl-fips-mode",
        "ssl-fplist", "ssl-verify-server-cert",
    ]
}
