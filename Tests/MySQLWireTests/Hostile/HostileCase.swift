import MySQLWire
import NIOCore
import Testing

/// A server that misbehaves in one way, and what the client must make of it.
struct HostileCase: Sendable, CustomTestStringConvertible {
    var name: String
    var script: [ScriptedServer.Step]
    var code: MySQLError.Code
    var phase: MySQLError.Phase
    var number: UInt16?
    var fate = MySQLError.Fate.notSent
    var change: @Sendable (inout MySQLConfiguration) -> Void = { _ in }

    var testDescription: String { name }

    static let password = "pa55word-of-hostile"
    static let nonce = (1...20).map { UInt8($0) }
    static let ok = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])
    /// A login that succeeds; what follows answers the first command.
    static let login: [ScriptedServer.Step] = [
        .packet(0, SampleSession.greeting()), .expect, .packet(2, ok), .expect, .packet(1, ok), .expect,
    ]

    static func bytes(_ bytes: [UInt8]) -> ByteBuffer { ByteBuffer(bytes: bytes) }

    /// Far beyond what any case takes: a case that reaches it has hung.
    static let patience = Duration.seconds(30)

    static func configuration(_ server: ScriptedServer) -> MySQLConfiguration {
        MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: server.port),
            username: "somebody-of-hostile",
            password: Secret(password),
            tls: TLSConfiguration(mode: .disabled),
            connectTimeout: patience,
            queryTimeout: patience,
            maximumPayload: 1 << 20
        )
    }

    /// Runs the server, logs in, and asks one question if the login succeeds.
    func run(ask: (MySQLConnection) async throws -> Void) async throws {
        try await ScriptedServer.run(script) { server in
            var configuration = Self.configuration(server)
            change(&configuration)
            let begin = ContinuousClock.now
            let error = await #expect(throws: MySQLError.self) {
                try await ask(try await MySQLConnection.connect(to: configuration))
            }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.phase == phase, "\(String(describing: error))")
            #expect(error?.server?.number == number)
            #expect(error?.fate == fate)
            #expect(error?.message.isEmpty == false)
            #expect(ContinuousClock.now - begin < Self.patience)
            // The connection does not stay open behind an error that ended it.
            await server.clientsGone()
            let received = server.received
            #expect(!received.contains(Array(Self.password.utf8)), "the password was sent in clear")
        }
    }
}
