internal import NIOCore

extension SocketAddress {
    /// True for 127.0.0.0/8, ::1, and the former as IPv6 writes it (::ffff:127.0.0.1).
    var isLoopback: Bool {
        // As inet_ntop writes them: there is one text for each address.
        switch self {
        case .v4: ipAddress?.hasPrefix("127.") ?? false
        case .v6: ipAddress == "::1" || ipAddress?.hasPrefix("::ffff:127.") ?? false
        case .unixDomainSocket: false
        }
    }
}
