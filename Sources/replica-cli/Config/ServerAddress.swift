import MySQLWire

/// A server as a person writes it: `host[:port]`, `user@host:port`, `/path/of.sock`, `mysql://user@host:port/db?…`.
struct ServerAddress: Sendable, Equatable {
    enum Location: Sendable, Equatable {
        case tcp(host: String, port: UInt16?)
        case socket(String)
    }

    var location: Location
    var user: String?
    var password: Secret?
    var database: String?
    /// From the query string of a URL: TLS files and mode, the timeout.
    var options = ConnectionSettings()

    init(location: Location, user: String? = nil) {
        self.location = location
        self.user = user
    }

    init(_ text: String) throws(CLIFailure) {
        guard !text.isEmpty else { throw .usage("a server must not be empty: write host, host:port or mysql://…") }
        if text.lowercased().hasPrefix("mysql://") {
            try self.init(url: text.dropFirst("mysql://".count))
            return
        }
        if let scheme = text.firstRange(of: "://") {
            throw .usage("'\(text[..<scheme.lowerBound])://' is no scheme of a MySQL server: write mysql://…")
        }
        self.init(location: .tcp(host: "", port: nil))
        // The last @: a user name may hold one, a host cannot. A path may, so a socket is looked for first.
        var rest = text[...]
        if !text.hasPrefix("/"), let at = text.prefix(while: { $0 != "/" }).lastIndex(of: "@") {
            user = String(text[..<at])
            rest = text[text.index(after: at)...]
            guard user?.isEmpty == false else { throw .usage("no user before the @ of '\(text)'") }
        }
        location = try rest.hasPrefix("/") ? .socket(String(rest)) : Self.hostAndPort(rest, in: text)
    }

    static func hostAndPort(_ part: Substring, in whole: some StringProtocol) throws(CLIFailure) -> Location {
        var host = part
        var portText: Substring?
        if part.hasPrefix("[") {
            guard let close = part.firstIndex(of: "]") else { throw .usage("no ] after the [ of '\(whole)'") }
            host = part[part.index(after: part.startIndex)..<close]
            let rest = part[part.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw .usage("after ] only :port may follow in '\(whole)'")
            }
            portText = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":") else { throw .usage("only IPv6 addresses stand in brackets, not '\(host)'") }
        } else if let colon = part.firstIndex(of: ":") {
            host = part[..<colon]
            portText = part[part.index(after: colon)...]
            if portText?.contains(":") == true {
                throw .usage("put the IPv6 address into brackets: [address]:port instead of '\(part)'")
            }
        }
        guard !host.isEmpty else { throw .usage("no host in '\(whole)'") }
        if host.contains("/") {
            throw .usage("'\(whole)' is no host; the path of a socket is written in full, from / on")
        }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !forbiddenInHosts.contains($0) }) else {
            throw .usage("'\(host)' is no host name or address")
        }
        let port: UInt16? =
            if let portText {
                try SettingValue.port(String(portText), named: "the port of '\(host)'")
            } else { nil }
        return .tcp(host: String(host), port: port)
    }

    private static let forbiddenInHosts = Set("/\\?#@[],=\"'`<>|".utf8)
}

extension ServerAddress: CustomStringConvertible {
    /// The address without its password and options.
    var description: String {
        let account = user.map { $0 + "@" } ?? ""
        switch location {
        case .socket(let path): return account + path
        case .tcp(let host, let port):
            let name = host.contains(":") ? "[\(host)]" : host
            return account + name + (port.map { ":\($0)" } ?? "")
        }
    }
}
