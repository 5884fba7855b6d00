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
        let rest = text[text.index(after: equals)...]
        if let typo = Self.unknownPart(of: rest) {
            throw .usage("'\(typo)=' in --server is not known: after the address only advertised= may follow; \(form)")
        }
        let parts = rest.split(separator: ",advertised=", maxSplits: 1, omittingEmptySubsequences: false)
        address = try ServerAddress(String(parts.first ?? ""))
        advertised = parts.count > 1 ? try Self.advertised(String(parts[1])) : nil
    }

    /// The word of `,word=` that is not `advertised`. In a URL such a thing may belong to a password.
    private static func unknownPart(of text: Substring) -> Substring? {
        guard !text.contains("://") else { return nil }
        let words = text.split(separator: ",").dropFirst().map { $0.prefix { $0 != "=" } }
        return words.first { word in
            word.endIndex < text.endIndex && text[word.endIndex] == "=" && word != "advertised"
        }
    }

    static func advertised(_ text: String) throws(CLIFailure) -> HostAndPort {
        guard case .tcp(let host, let port) = try ServerAddress.hostAndPort(text[...], in: text) else {
            throw .usage("advertised= is the host:port that the other servers use")
        }
        return HostAndPort(host: host, port: port ?? 3306)
    }
}
