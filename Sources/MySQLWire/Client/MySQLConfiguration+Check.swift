extension MySQLConfiguration {
    /// What `sockaddr_un` has room for, without its NUL.
    private static let maximumSocketPath = 107

    /// - Throws: ``MySQLError/Code/invalidArgument`` for what no server could make sense of.
    func check() throws(MySQLError) {
        func refuse(_ message: String) -> MySQLError {
            MySQLError(.invalidArgument, phase: .configuration, message: message)
        }
        switch endpoint {
        case .tcp(let host, _):
            if host.isEmpty { throw refuse("the host name is empty") }
            if host.utf8.contains(0) { throw refuse("the host name holds a NUL") }
        case .unixSocket(let path):
            if path.isEmpty { throw refuse("the path of the socket is empty") }
            if path.utf8.contains(0) { throw refuse("the path of the socket holds a NUL") }
            if path.utf8.count > Self.maximumSocketPath {
                throw refuse("the path of the socket is longer than \(Self.maximumSocketPath) bytes: \(path)")
            }
        }
        if username.utf8.contains(0) { throw refuse("the user name holds a NUL") }
        if database?.utf8.contains(0) == true { throw refuse("the database name holds a NUL") }
        if additionalPasswords.count > 2 { throw refuse("there are at most two additional passwords") }
        try tls.check()
        try checkTimeZone()
        let attributes = connectionAttributes.reduce(0) {
            $0 + $1.key.utf8.count + $1.value.utf8.count + 18
        }
        try compression.check()
        if attributes > 60_000 { throw refuse("the connection attributes are longer than 60,000 bytes") }
    }

    /// A time zone's name needs no quoting, so none is needed before the session's way of quoting is known.
    private func checkTimeZone() throws(MySQLError) {
        guard let timeZone else { return }
        let isName = timeZone.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "/"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, !timeZone.isEmpty, timeZone.utf8.count <= 64 else {
            throw MySQLError(
                .invalidArgument,
                phase: .configuration,
                message: "the time zone is neither an offset, as +00:00, nor a name, as Europe/Berlin"
            )
        }
    }
}
