public import MySQLWire

/// One server of a topology, with its two addresses: the one that this program connects to, and the one that its
/// peers use (inside a container network they differ).
public struct Server: Sendable {
    /// What people call it: the name of the topology file, or the address as it was typed.
    public var name: String
    /// How this program reaches it.
    public var configuration: MySQLConfiguration
    /// How its peers reach it: what CHANGE REPLICATION SOURCE TO is given.
    public var advertised: HostAndPort

    public init(name: String, configuration: MySQLConfiguration, advertised: HostAndPort) {
        self.name = name
        self.configuration = configuration
        self.advertised = advertised
    }
}

/// A TCP address as servers name each other.
public struct HostAndPort: Sendable, Hashable, Codable, CustomStringConvertible {
    public var host: String
    public var port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
