internal import NIOCore
internal import NIOPosix

extension ClientBootstrap {
    /// An address is not given to the resolver: there it would wait behind a name that hangs.
    func connect(to endpoint: MySQLConfiguration.Endpoint) -> EventLoopFuture<any Channel> {
        switch (endpoint.address, endpoint) {
        case (let address?, _): connect(to: address)
        case (nil, .tcp(let host, let port)): connect(host: host, port: Int(port))
        case (nil, .unixSocket(let path)): connect(unixDomainSocketPath: path)
        }
    }
}

extension MySQLConfiguration.Endpoint {
    /// Nil for a name, which has to be resolved first.
    var address: SocketAddress? {
        switch self {
        case .tcp(let host, let port): try? SocketAddress(ipAddress: host, port: Int(port))
        case .unixSocket(let path): try? SocketAddress(unixDomainSocketPath: path)
        }
    }
}
