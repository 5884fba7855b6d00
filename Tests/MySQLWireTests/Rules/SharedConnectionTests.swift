import MySQLWire
import Testing

@Suite("Row 5: packets stay in order", .timeLimit(.minutes(2))) struct SharedConnectionTests {
    private static func ask(_ connection: MySQLConnection, _ number: Int) async throws {
        switch number % 4 {
        case 0: try MatrixCall.check(await connection.collect("SELECT twelve"))
        case 1: try MatrixCall.check(await connection.collect("SELECT twelve \(number)"))
        case 2: try MatrixCall.check(await connection.collect("CALL p()"), ModelSession.results[0])
        default: try MatrixCall.check(await connection.collect("SELECT 1"), [["1"]])
        }
    }

    @Test func `tasks that share a connection each get their own answer, whoever leaves the queue`() async throws {
        let pause = PausePoint()
        let fault = WireFault.pause(before: MatrixCell.loginPackets(.close) + 6, pause)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            let connection = try await server.connect()
            // Holds the others up, so that they stand in the queue when some of them leave.
            let first = Task { try await Self.ask(connection, 0) }
            await pause.reached.wait()
            let others = (1..<200).map { number in Task { try await Self.ask(connection, number) } }
            for (index, task) in others.enumerated() where index % 7 == 3 { task.cancel() }
            pause.end(.goOn)
            try await first.value
            for (index, task) in others.enumerated() {
                let result = await task.result
                guard index % 7 == 3 else {
                    try result.get()
                    continue
                }
                let error = #expect(throws: MySQLError.self) { try result.get() }
                #expect(error?.code == .cancelled && error?.fate == .notSent)
            }
            await connection.close()
        }
    }

    @Test(arguments: [0, 3, 255]) func `another number than the one that is due names both, and where it came`(
        number: UInt8
    ) async throws {
        let start = Script.segment(1, Script.columnCount(1), Script.column)
        let script =
            Script.login + [.expect, .bytes(start), .packet(number == 3 ? 4 : number, Script.row("x")), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect()
            let error = await mysqlError { _ = try await connection.collect(sql: "SELECT 1") }
            #expect(error?.code == .protocolViolation)
            #expect(error?.phase == .rows)
            #expect(error?.message.contains("number \(number == 3 ? 4 : number) where 3 was expected") == true)
        }
    }

    @Test(arguments: MatrixCell.Ending.allCases)
    func `who waits behind a caller that leaves is told of the closing, and not that it was its own doing`(
        ending: MatrixCell.Ending
    ) async throws {
        let pause = PausePoint()
        let fault = WireFault.pause(before: MatrixCell.loginPackets(.close) + 6, pause)
        try await ScriptedServer.run(MatrixCell.login, fault: fault) { server in
            let connection = try await server.connect()
            let timeout: Duration? = ending == .timedOut ? .seconds(1) : nil
            let first = Task { _ = try await connection.collect("SELECT twelve", timeout: timeout) }
            await pause.reached.wait()
            let waiting = (0..<3).map { _ in Task { try await connection.ping() } }
            if ending == .cancelled { first.cancel() }
            let own = await mysqlError { try await first.value }
            #expect(own?.code == (ending == .cancelled ? .cancelled : .timedOut))
            for task in waiting {
                let error = await mysqlError { try await task.value }
                #expect(error?.code == .connectionClosed && error?.fate == .notSent)
            }
            let late = await mysqlError { try await connection.ping() }
            #expect(late?.code == .connectionClosed && late?.fate == .notSent)
        }
    }
}
