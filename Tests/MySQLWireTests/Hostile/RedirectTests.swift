import MySQLWire
import NIOCore
import Testing

/// MariaDB 11.3 and later tell of another server to go to; nobody goes there (reference, section 4, "Server redirect").
@Suite(.timeLimit(.minutes(1))) struct RedirectTests {
    @Test func `a server that sends its clients elsewhere keeps them`() async throws {
        let capabilities = Script.capabilities.union(.sessionTrack)
        try await ScriptedServer.run([.silence]) { elsewhere in
            let url = "mysql://127.0.0.1:\(elsewhere.port)/?ssl-mode=DISABLED"
            let completion = MySQLCompletion(status: [.autocommit, .sessionStateChanged], info: "Location: \(url)")
            let ok = OKPacket(
                completion: completion,
                sessionState: SessionStateInformation.encode([.systemVariable(name: "redirect_url", value: url)])
            ).encode(capabilities: capabilities)
            let greeting = SampleSession.greeting(capabilities: capabilities, plugin: "mysql_native_password")
            let script: [ScriptedServer.Step] = [
                .packet(0, greeting), .expect, .packet(2, ok), .expect, .packet(1, ok), .expect, .packet(1, ok),
                .silence,
            ]
            try await ScriptedServer.run(script) { server in
                let connection = try await server.connect()
                try await connection.ping()
                // It is known, as any other variable is, and nothing more.
                #expect(connection.sessionState.systemVariables["redirect_url"] == url)
                #expect(connection.configuration.endpoint == .tcp(host: "127.0.0.1", port: server.port))
                await connection.close()
                #expect(server.connections == 1)
            }
            #expect(elsewhere.connections == 0)
        }
    }
}
