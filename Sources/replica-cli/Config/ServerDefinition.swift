import ReplicaKit

/// `--server name=address[,advertised=address]`: a server with a name, and with the address that its peers use.
struct ServerDefinition: Sendable, Equatable {
    var name: String
    var address: ServerAddress
    var advertised: HostAndPort?

    init(_ text: String) throws(CLIFailure) {
        let form = "write --server name=host:port,advertised=host:port"
        guard let equals = text.firstIndex(of: "=") else { throw .usage("'--server \(text)' has no name; \(form)") }
        name = String(text[..<equals])
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
            throw .usage("a server's name has letters, digits, - _ and . only; \(form)")
        }
        let parts = text[text.index(after: equals)...]
            .split(separator: ",advertised=", maxSplits: 1, omittingEmptySubsequences: false)
        address = try ServerAddress(String(parts.first ?? ""))
        advertised = parts.count > 1 ? try Self.advertised(String(parts[1])) : nil
    }

    static func advertised(_ text: String) throws(CLIFailure) -> HostAndPort {
        guard case .tcp(let host, let port) = try ServerAddress.hostAndPort(text[...], in: text) else {
            throw .usage("advertised= is the host:port that the other servers use")
        }
        return HostAndPort(host: host, port: port ?? 3306)
    }
}
