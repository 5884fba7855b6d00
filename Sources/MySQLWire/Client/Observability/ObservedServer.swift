internal import Logging
internal import NIOCore

/// Who is at the other end, in the words of spans, metrics and logs.
struct ObservedServer: Sendable, Equatable {
    /// `mysql` or `mariadb`.
    var system = "mysql"
    /// As the configuration names it: a host, or the path of a socket.
    var address: String
    var port: Int?
    /// What the name led to.
    var peerAddress: String?
    var peerPort: Int?

    init(_ endpoint: MySQLConfiguration.Endpoint) {
        switch endpoint {
        case .tcp(let host, let port): (address, self.port) = (host, Int(port))
        case .unixSocket(let path): address = path
        }
    }

    /// With what is known once a connection is there.
    func connected(to peer: SocketAddress?, version: String) -> ObservedServer {
        var server = self
        if version.namesMariaDB { server.system = "mariadb" }
        server.peerAddress = peer?.ipAddress ?? peer?.pathname
        server.peerPort = peer?.port
        return server
    }

    /// `db.example.org:3306`, or the path of a socket.
    var target: String { port.map { "\(address):\($0)" } ?? address }

    /// For logs.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["db.system.name": "\(system)", "server.address": "\(address)"]
        if let port { metadata["server.port"] = "\(port)" }
        if let peerAddress { metadata["network.peer.address"] = "\(peerAddress)" }
        return metadata
    }
}
