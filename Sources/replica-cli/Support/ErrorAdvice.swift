import MySQLWire

/// What to do about an error, where that can be known.
enum ErrorAdvice {
    /// What is wrong, and what to do; to stand behind the server's address, which it does not name again.
    static func sentence(for error: MySQLError, configuration: MySQLConfiguration) -> String {
        let address = "\(configuration.endpoint): "
        let whole = error.description
        let advice = text(for: error, configuration: configuration).map { "; \($0)" } ?? ""
        return (whole.hasPrefix(address) ? String(whole.dropFirst(address.count)) : whole) + advice
    }

    /// - Returns: a clause that completes "…: what is wrong; ".
    static func text(for error: MySQLError, configuration: MySQLConfiguration) -> String? {
        if let server = error.server { return text(forServerError: server.number, configuration: configuration) }
        switch (error.code, error.phase) {
        case (.unreachable, .resolving): return "check the host name"
        case (.timedOut, .resolving): return "check this machine's name service, or give the server's address"
        case (.unreachable, _): return unreachable(configuration.endpoint)
        case (.timedOut, .greeting): return "something accepts connections there and says nothing; check the port"
        case (.timedOut, _) where error.isBeforeLogin:
            return "check address and firewall, or allow more time with --connect-timeout"
        case (.protocolViolation, .greeting):
            return "is this the port of a MySQL server (3306; 33060 is the X protocol)?"
        case (.connectionClosed, .greeting): return "is this the port of a MySQL server?"
        case (.tlsUnavailable, _): return "only --ssl-mode=preferred or disabled talk to it, in plaintext"
        case (.compressionUnavailable, _): return "with uncompressed in --compression-algorithms it can do without"
        // What is wrong with a certificate is said with the advice already.
        case (.tlsFailed, _) where error.message.contains("--ssl-"): return nil
        case (.tlsFailed, _): return "check --ssl-mode, --ssl-ca and the server's certificate"
        default: return nil
        }
    }

    private static func unreachable(_ endpoint: MySQLConfiguration.Endpoint) -> String {
        switch endpoint {
        case .tcp: "is the server running, and are host and port right?"
        case .unixSocket: "is the server running, and is --socket the path that it listens on?"
        }
    }

    private static func text(forServerError number: UInt16, configuration: MySQLConfiguration) -> String? {
        switch number {
        case 1045 where configuration.password == nil:
            "no password was given: use --password to be asked for it, --password-file, or MYSQL_PWD"
        case 1045, 1698: "check --user and the password"
        case 1040, 1203, 1226: "try again later, or raise the server's limit of connections"
        case 1129: "run FLUSH HOSTS or TRUNCATE performance_schema.host_cache on that server"
        case 1130: "create the account for the host that this program runs on"
        case 1820, 1862: "log in with the mysql client and change the password"
        case 3159: "use --ssl-mode=required"
        case 1142, 1143, 1227: "grant \(configuration.username) the privilege"
        default: nil
        }
    }
}
