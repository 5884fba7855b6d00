import MySQLWire
import NIOCore
import TestSupport
import Testing

/// The login, left before each packet of the server's: with a change of the plugin, the SET NAMES behind it and what a
/// connection that may have to kill asks for.
@Suite("Cancellation at every packet of a login", .timeLimit(.minutes(5))) struct ConnectMatrixTests {
    private static let nonce = ByteBuffer(bytes: (1...20) + [0])
    private static let login: [ScriptedServer.Step] = [
        .packet(0, Script.greeting(plugin: "caching_sha2_password")), .expect,
        .packet(2, AuthSwitchRequest(plugin: "mysql_native_password", data: nonce).encode()), .expect,
        .packet(4, Script.ok), .obey,
    ]

    /// Greeting, switch, OK, the OK of SET NAMES, and five packets of a row with two columns.
    static let phases: [MySQLError.Phase] = [
        .greeting, .authentication, .authentication, .command, .command, .command, .command, .rows, .rows,
    ]

    @Test(arguments: phases.indices, MatrixCell.Ending.allCases)
    func `a connect that is left ends with its phase, and nothing of it stays open`(
        packet: Int,
        ending: MatrixCell.Ending
    ) async throws {
        for deadline in [Duration.milliseconds(80), .seconds(2), .seconds(30)] {
            let pause = PausePoint()
            let fault = WireFault.pause(before: packet, pause)
            let error = try await ScriptedServer.run(Self.login, fault: fault) { server in
                let configuration = server.configuration {
                    $0.cancellation = .killQuery(within: .seconds(60))
                    $0.connectTimeout = ending == .timedOut ? deadline : .seconds(60)
                }
                let error = try await bounded {
                    let task = Task { await mysqlError { _ = try await MySQLConnection.connect(to: configuration) } }
                    if ending == .cancelled {
                        await pause.reached.wait()
                        task.cancel()
                    }
                    return await task.value
                }
                try await bounded { await server.clientsGone() }
                // Of a connect nothing is killed: nobody else has connected.
                #expect(server.connections <= 1)
                return error
            }
            guard pause.isReached else { continue }
            #expect(error?.code == (ending == .cancelled ? .cancelled : .timedOut))
            #expect(error?.fate == .notSent)
            // Who cancels during TCP, greeting and login is told only that it was the connect.
            let phase = ending == .cancelled && packet < 3 ? .connecting : Self.phases[packet]
            #expect(error?.phase == phase)
            return
        }
        Issue.record("the packet was never due")
    }

    @Test func `a connect of a pool that is left is made again for who comes next`() async throws {
        let pause = PausePoint()
        try await ScriptedServer.run(Self.login, fault: .pause(before: 2, pause)) { server in
            let client = MySQLClient(
                configuration: server.configuration { $0.connectTimeout = .milliseconds(300) },
                pool: PoolConfiguration(leaseTimeout: .seconds(60), minimumBackoff: .milliseconds(1))
            )
            let running = Task { await client.run() }
            let waiting = Task { try await client.collect(sql: "SELECT twelve") }
            await pause.reached.wait()
            waiting.cancel()
            #expect(await mysqlError { _ = try await waiting.value }?.code == .cancelled)
            let next = try await client.collect(sql: "SELECT 1").scalar
            #expect(next == "1")
            running.cancel()
            await running.value
        }
    }
}
