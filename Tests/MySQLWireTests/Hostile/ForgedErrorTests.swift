import NIOCore
import Testing

@testable import MySQLWire

/// An ERR in plaintext where TLS is due: anybody on the path can have written it (reference, section 4, "Forged ERR
/// before TLS").
@Suite(.timeLimit(.minutes(2))) struct ForgedErrorTests {
    /// Too many connections, access denied, host not allowed.
    private static let numbers: [UInt16] = [1040, 1045, 1130]

    private static func script(_ number: UInt16) -> [ScriptedServer.Step] {
        [.packet(0, ERRPacket(number: number, sqlState: nil, message: "forged").encode()), .cut]
    }

    @Test(arguments: [TLSConfiguration.Mode.required, .verifyCA, .verifyIdentity], numbers)
    func `it is shown as unverified, and is no refusal of the login`(
        mode: TLSConfiguration.Mode,
        number: UInt16
    ) async throws {
        try await ScriptedServer.run(Self.script(number)) { server in
            let error = await mysqlError { _ = try await server.connect { $0.tls.mode = mode } }
            #expect(error?.code == .server)
            #expect(error?.phase == .greeting)
            #expect(error?.server?.number == number)
            #expect(error?.server?.isVerified == false)
            #expect(error?.description.contains("not verified") == true)
            #expect(error?.isLoginRefusal == false)
            // Not a byte was sent.
            #expect(server.received.isEmpty)
        }
    }

    @Test func `the same in a mode without TLS is the server's own word`() async throws {
        for (number, isRefusal) in [(UInt16(1040), false), (1045, true), (1130, true)] {
            try await ScriptedServer.run(Self.script(number)) { server in
                let error = await mysqlError { _ = try await server.connect() }
                #expect(error?.server?.isVerified == true)
                #expect(error?.isLoginRefusal == isRefusal)
            }
        }
    }

    @Test func `a pool does not give up because of it`() async throws {
        for (mode, triesAgain) in [(TLSConfiguration.Mode.required, true), (.disabled, false)] {
            try await ScriptedServer.run(Self.script(1045)) { server in
                let client = MySQLClient(
                    configuration: server.configuration { $0.tls.mode = mode },
                    pool: PoolConfiguration(leaseTimeout: .seconds(2))
                )
                async let running: Void = client.run()
                let error = await mysqlError { _ = try await client.collect(sql: "DO 1") }
                #expect(error?.server?.number == 1045)
                #expect((server.connections > 1) == triesAgain)
                client.shutDown()
                await running
            }
        }
    }
}
