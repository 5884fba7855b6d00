import NIOCore
import Testing

@testable import MySQLWire

@Suite(.timeLimit(.minutes(1))) struct ConfigurationTests {
    static let unusable: [MySQLConfiguration.Endpoint] = [
        .tcp(host: "", port: 3306), .tcp(host: "127.0.0.1\0.example.org", port: 3306),
        .unixSocket(path: ""), .unixSocket(path: "/tmp/a\0b"),
        .unixSocket(path: "/" + String(repeating: "x", count: 107)),
    ]

    @Test(arguments: unusable) func `an address that cannot be one is refused before anything is opened`(
        endpoint: MySQLConfiguration.Endpoint
    ) async {
        let configuration = MySQLConfiguration(endpoint: endpoint, username: "u", tls: .init(mode: .disabled))
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.phase == .configuration)
    }

    @Test(
        arguments: [
            .tcp(host: "a b c", port: 1), .tcp(host: String(repeating: "x", count: 5000), port: 1),
            .tcp(host: "[::1]", port: 1), .tcp(host: "::1", port: 1), .tcp(host: "127.0.0.1", port: 0),
            .unixSocket(path: "/etc/passwd"), .unixSocket(path: "/no/such/socket"), .unixSocket(path: "/tmp"),
            .unixSocket(path: "/" + String(repeating: "x", count: 106)),
        ] as [MySQLConfiguration.Endpoint]
    )
    func `an address where nobody is gives one line`(endpoint: MySQLConfiguration.Endpoint) async {
        let configuration = MySQLConfiguration(endpoint: endpoint, username: "u", tls: .init(mode: .disabled))
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
        #expect(error?.code == .unreachable)
        #expect([.resolving, .connecting].contains(error?.phase))
        #expect(error?.message.contains("\n") == false)
        #expect(error?.message.contains("Error(") == false)
    }

    @Test(
        arguments: [[], .zstd(level: 0), .zstd(level: 23), [.zlib, .zstd(level: .max)]]
            as [MySQLConfiguration.Compression]
    )
    func `a way of compression that cannot be one is refused before anything is opened`(
        compression: MySQLConfiguration.Compression
    ) async {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: 1),
            username: "u",
            tls: .init(mode: .disabled)
        )
        configuration.compression = compression
        let refused = configuration
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: refused) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.phase == .configuration)
    }
    @Test(arguments: ["", "'", "a'b", "+00:00; x", "\0", "Ä", String(repeating: "x", count: 65)])
    func `a time zone that is none is refused before anything is opened`(zone: String) async {
        let endpoint = MySQLConfiguration.Endpoint.unixSocket(path: "/no/such/socket")
        var configuration = MySQLConfiguration(endpoint: endpoint, username: "u", tls: .init(mode: .disabled))
        configuration.timeZone = zone
        let error = await mysqlError { _ = try await MySQLConnection.connect(to: configuration) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.phase == .configuration)
    }

    @Test func `a user or database with a NUL in its name is refused before anything is sent`() async throws {
        let names: [(user: String, database: String?)] = [("a\0b", nil), ("a", "b\0c")]
        for (user, database) in names {
            let endpoint = MySQLConfiguration.Endpoint.unixSocket(path: "/no/such/socket")
            var configuration = MySQLConfiguration(endpoint: endpoint, username: user, tls: .init(mode: .disabled))
            configuration.database = database
            let refused = configuration
            let error = await mysqlError { _ = try await MySQLConnection.connect(to: refused) }
            #expect(error?.code == .invalidArgument)
        }
        try await ScriptedServer.run(MatrixCell.login) { server in
            let connection = try await server.connect()
            let sent = server.received.count
            for (user, database) in names {
                let error = await mysqlError {
                    try await connection.changeUser(user, password: nil, database: database)
                }
                #expect(error?.code == .invalidArgument)
            }
            #expect(server.received.count == sent)
            await connection.close()
        }
    }

    @Test func `the character set and the time zone are set in one statement, after the login and a reset`()
        async throws
    {
        let expected = ByteBuffer(string: "\u{3}SET NAMES utf8mb4, time_zone = 'Europe/Berlin'")
        let isSet: @Sendable (ByteBuffer) -> Void = { #expect($0 == expected) }
        let setUp: [ScriptedServer.Step] = [.inspect(isSet), .packet(1, Script.ok)]
        let login: [ScriptedServer.Step] = [.packet(0, Script.greeting()), .expect, .packet(2, Script.ok)]
        let reset: [ScriptedServer.Step] = [
            .inspect { #expect($0 == ByteBuffer(bytes: [0x1F])) }, .packet(1, Script.ok),
        ]
        try await ScriptedServer.run(login + setUp + reset + setUp + [.silence]) { server in
            let connection = try await server.connect { $0.timeZone = "Europe/Berlin" }
            try await connection.reset()
            await connection.close()
        }
    }
}
