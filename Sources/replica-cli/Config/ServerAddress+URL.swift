import MySQLWire

extension ServerAddress {
    /// - Parameter rest: what follows `mysql://`: `[user[:password]@]host[:port][/database][?option=value&…]`.
    ///
    /// Errors never repeat the text: it may hold a password.
    init(url rest: Substring) throws(CLIFailure) {
        guard !rest.contains("#") else { throw .usage("a mysql:// address has no #fragment; write # as %23") }
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        let slash = rest[..<question].firstIndex(of: "/") ?? question
        var authority = rest[..<slash]
        self.init(location: .tcp(host: "", port: nil))
        if let at = authority.lastIndex(of: "@") {
            try takeAccount(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        if slash < question {
            let name = try Self.decoded(rest[rest.index(after: slash)..<question], as: "database")
            database = name.isEmpty ? nil : name
        }
        let socket = question < rest.endIndex ? try takeOptions(rest[rest.index(after: question)...]) : nil
        if let socket {
            guard authority.isEmpty || authority == "localhost" else {
                throw .usage("a mysql:// address has a host or a socket, not both")
            }
            location = .socket(socket)
        } else {
            // An IPv6 zone is written %25 in a URL (RFC 6874).
            let host = try Self.decoded(authority, as: "host")
            location = try Self.hostAndPort(host[...], in: "mysql://\(host)")
        }
    }

    private mutating func takeAccount(_ text: Substring) throws(CLIFailure) {
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        let name = try Self.decoded(text[..<colon], as: "user")
        user = name.isEmpty ? nil : name
        if colon < text.endIndex {
            password = Secret(try Self.decoded(text[text.index(after: colon)...], as: "password"))
        }
    }

    /// - Returns: the path of the socket, where there is one.
    private mutating func takeOptions(_ query: Substring) throws(CLIFailure) -> String? {
        var socket: String?
        var seen: Set<String> = []
        for pair in query.split(separator: "&") {
            guard let equals = pair.firstIndex(of: "=") else {
                throw .usage("'\(pair)' in a mysql:// address is not option=value")
            }
            let key = pair[..<equals].lowercased().replacing("_", with: "-")
            let value = try Self.decoded(pair[pair.index(after: equals)...], as: key)
            guard seen.insert(key).inserted else { throw .usage("\(key) stands twice in a mysql:// address") }
            guard !value.isEmpty else { throw .usage("\(key) has no value in a mysql:// address") }
            switch key {
            case "socket": socket = value
            case "ssl-mode": options.tlsMode = try SettingValue.tlsMode(value, named: key)
            case "ssl-ca": options.caFile = value
            case "ssl-cert": options.certificateFile = value
            case "ssl-key": options.keyFile = value
            case "server-public-key-path": options.serverPublicKeyPath = value
            case "connect-timeout": options.connectTimeout = try SettingValue.seconds(value, named: key)
            case "get-server-public-key":
                throw .usage("--get-server-public-key weakens the login: give it as an option, not in an address")
            default:
                throw .usage(
                    "'\(key)' is no option of a mysql:// address; there are ssl-mode, ssl-ca, ssl-cert, ssl-key, "
                        + "server-public-key-path, connect-timeout, socket"
                )
            }
        }
        return socket
    }

    private static func decoded(_ text: Substring, as field: String) throws(CLIFailure) -> String {
        guard let decoded = PercentEncoding.decoded(text) else {
            throw .usage("the \(field) of a mysql:// address is not percent-encoded UTF-8 text")
        }
        return decoded
    }
}
