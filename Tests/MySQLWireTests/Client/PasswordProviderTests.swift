import MySQLWire
import NIOCore
import Synchronization
import Testing

/// The password that a closure gives, at a server that only listens.
@Suite(.timeLimit(.minutes(1))) struct PasswordProviderTests {
    private struct Broken: Error, CustomStringConvertible { var description: String { "the token service is down" } }

    private func failure(_ configuration: MySQLConfiguration) async -> MySQLError? {
        await mysqlError { await (try MySQLConnection.connect(to: configuration)).close() }
    }

    @Test func `it is asked once each connect, and its password is the one that is sent`() async throws {
        let proofs = Mutex<[[UInt8]]>([])
        let login: [ScriptedServer.Step] = [
            .packet(0, Script.greeting()),
            .inspect { packet in
                let response = try? HandshakeResponse41.decode(packet)
                proofs.withLock { $0.append(response?.authenticationResponse ?? []) }
            }, .packet(2, Script.ok), .expect, .packet(1, Script.ok),
        ]
        let calls = Mutex(0)
        try await ScriptedServer.run(login) { server in
            var configuration = server.configuration()
            configuration.password = Secret("not this one")
            configuration.passwordProvider = {
                Secret("token \(calls.withLock { $0 += 1; return $0 })")
            }
            for _ in 1...2 { await (try MySQLConnection.connect(to: configuration)).close() }
        }
        #expect(calls.withLock { $0 } == 2)
        for (number, proof) in proofs.withLock({ $0 }).enumerated() {
            var fixed = AuthenticationMachine(
                context: AuthenticationContext(password: Secret("token \(number + 1)"), isSecureTransport: false)
            )
            let expected = try fixed.begin(plugin: "mysql_native_password", nonce: (1...20).map { UInt8($0) })
            #expect(proof == expected.response)
        }
        #expect(proofs.withLock { $0.count } == 2)
    }

    @Test func `what it throws ends the connect before anything is opened`() async throws {
        try await ScriptedServer.run(Script.login) { server in
            var configuration = server.configuration()
            configuration.passwordProvider = { throw Broken() }
            let error = await failure(configuration)
            #expect(error?.code == .authenticationRefused)
            #expect(error?.phase == .configuration)
            #expect(error?.message == "the password provider failed: the token service is down")
            let own = MySQLError(.unreachable, phase: .resolving, message: "no token service")
            configuration.passwordProvider = { throw own }
            #expect(await failure(configuration) == own)
            #expect(server.connections == 0)
        }
    }

    @Test func `one that never returns is waited for no longer than the connect may take`() async throws {
        try await ScriptedServer.run(Script.login) { server in
            let gate = Gate()
            var configuration = server.configuration()
            configuration.connectTimeout = .milliseconds(200)
            // Deaf to cancellation too.
            configuration.passwordProvider = {
                await Task.detached { await gate.wait() }.value; return Secret("late")
            }
            let begin = ContinuousClock.now
            let error = await failure(configuration)
            #expect(error?.code == .timedOut)
            #expect(error?.phase == .configuration)
            #expect(ContinuousClock.now - begin < .seconds(20))
            #expect(server.connections == 0)
            gate.open()
        }
    }

    /// The deadline is over both together.
    @Test func `what it takes is missing to the rest of the connect`() async throws {
        try await ScriptedServer.run([.silence]) { server in
            var configuration = server.configuration()
            configuration.connectTimeout = .seconds(2)
            configuration.passwordProvider = {
                try await Task.sleep(for: .milliseconds(1700))
                return Secret("token")
            }
            let begin = ContinuousClock.now
            let error = await failure(configuration)
            #expect(error?.code == .timedOut)
            #expect(ContinuousClock.now - begin < .milliseconds(3600))
        }
    }

    @Test func `a connect that is cancelled does not wait for it`() async throws {
        let gate = Gate()
        let asked = Gate()
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: 1),
            username: "u",
            tls: TLSConfiguration(mode: .disabled),
            connectTimeout: .seconds(40)
        )
        configuration.passwordProvider = {
            asked.open()
            await Task.detached { await gate.wait() }.value
            return Secret("late")
        }
        let task = Task { [configuration] in await failure(configuration) }
        await asked.wait()
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        gate.open()
    }
}
