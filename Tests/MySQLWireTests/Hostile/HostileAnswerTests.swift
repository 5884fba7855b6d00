import MySQLWire
import NIOCore
import Testing

/// Servers that let us in and then answer a statement wrongly.
@Suite(.timeLimit(.minutes(5))) struct HostileAnswerTests {
    private static let column = ColumnDefinition(name: "c").encode()
    private static let end = HostileCase.bytes([0xFE, 0, 0, 2, 0, 0, 0])

    /// Answers the first command with these payloads, numbered from 1.
    private static func answer(_ payloads: [ByteBuffer], then more: [ScriptedServer.Step] = [.silence])
        -> [ScriptedServer.Step]
    {
        HostileCase.login + payloads.enumerated().map { .packet(UInt8($0.offset + 1), $0.element) } + more
    }

    private static func attack(
        _ name: String,
        _ payloads: [[UInt8]],
        _ code: MySQLError.Code = .protocolViolation,
        phase: MySQLError.Phase = .command,
        then more: [ScriptedServer.Step] = [.silence]
    ) -> HostileCase {
        HostileCase(
            name: name,
            script: answer(payloads.map { HostileCase.bytes($0) }, then: more),
            code: code,
            phase: phase,
            fate: .maybeExecuted
        )
    }

    private static let columns = [Array(buffer: HostileCase.bytes([1])), Array(buffer: column)]

    static let attacks: [HostileCase] = [
        attack("an empty answer", [[]]),
        attack("an OK that is too short", [[0, 0xFC]]),
        attack("no columns in a column count of several bytes", [[0xFC, 0, 0]]),
        attack("2^63 columns", [[0xFE, 0, 0, 0, 0, 0, 0, 0, 0x80]]),
        attack("2^64 - 1 columns", [[0xFE] + Array(repeating: 0xFF, count: 8)]),
        attack("65536 columns", [[0xFD, 0, 0, 1]]),
        attack("bytes behind the column count", [[1, 1]]),
        attack("a truncated column count", [[0xFC, 1]]),
        attack("an empty column definition", [[1], []]),
        attack("a column definition that ends early", [[1], [3, 0x64, 0x65, 0x66, 0]]),
        attack(
            "a column name longer than its packet",
            [[1], [3, 0x64, 0x65, 0x66, 0, 0, 0, 0xFE] + Array(repeating: 0xFF, count: 8)]
        ),
        attack(
            "a column definition whose fixed fields are too short",
            [[1], [3, 0x64, 0x65, 0x66, 0, 0, 0, 1, 0x63, 0, 9, 0xFF, 0, 0, 0, 0, 0, 0xFD, 0, 0, 0, 0, 0]]
        ),
        attack("a NULL for a column's name", [[1], [3, 0x64, 0x65, 0x66, 0, 0, 0, 0xFB]]),
        attack("a row of too few cells", columns + [[]], phase: .rows),
        attack("a row of too many cells", columns + [[1, 0x61, 1, 0x62]], phase: .rows),
        attack("a cell longer than its packet", columns + [[5, 0x61]], phase: .rows),
        attack("a cell of 2^64 - 1 bytes", columns + [[0xFE] + Array(repeating: 0xFF, count: 8)], phase: .rows),
        attack("a cell of 2^63 bytes", columns + [[0xFD, 0xFF, 0xFF, 0xFF, 0x61]], phase: .rows),
        attack(
            "the wrong number in the middle of rows",
            columns,
            phase: .rows,
            then: [.packet(9, HostileCase.bytes([1, 0x61])), .silence]
        ),
        attack(
            "a packet over the limit",
            columns,
            .limitExceeded,
            phase: .rows,
            then: [.bytes(HostileCase.bytes([0, 0, 0x20, 3, 0xFD, 0, 0, 0x1F])), .silence]
        ),
        attack("the end behind the question", [], .connectionClosed, then: [.cut]),
        attack("the end within the columns", [[2]], .connectionClosed, then: [.cut]),
        attack("the end within the rows", columns + [[1, 0x61]], .connectionClosed, phase: .rows, then: [.cut]),
        attack(
            "the end within a packet",
            columns,
            .connectionClosed,
            phase: .rows,
            then: [.bytes(HostileCase.bytes([200, 0, 0, 3, 1])), .cut]
        ),
        attack("an RST within the rows", columns + [[1, 0x61]], .connectionClosed, phase: .rows, then: [.reset]),
    ]

    @Test(arguments: attacks) func `An answer that is none is a typed error, in both ways to ask`(
        attack: HostileCase
    ) async throws {
        try await attack.run { _ = try await $0.collect(sql: "SELECT 1") }
        try await attack.run { connection in
            for try await batch in try await connection.query(sql: "SELECT 1") { _ = batch.count }
        }
    }

    @Test(arguments: attacks) func `The connection is not used again`(attack: HostileCase) async throws {
        try await ScriptedServer.run(attack.script) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 1") }
            let next = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 2") }
            #expect(next?.fate == .notSent)
            #expect(connection.closeReason?.code == attack.code)
        }
    }

    @Test func `An ERR in the middle of rows leaves the connection usable`() async throws {
        let err = ERRPacket(number: 1317, sqlState: "70100", message: "Query execution was interrupted").encode()
        let script =
            Self.answer([HostileCase.bytes([1]), Self.column, HostileCase.bytes([1, 0x61]), err], then: [.expect])
            + [.packet(1, HostileCase.ok), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 1") }
            #expect(error?.server?.number == 1317)
            #expect(error?.fate == .rejected)
            try await connection.ping()
            await connection.close()
        }
    }

    @Test func `An ERR may come with a number of its own`() async throws {
        let err = ERRPacket(number: 1153, sqlState: "08S01", message: "Got a packet bigger than allowed").encode()
        try await ScriptedServer.run(HostileCase.login + [.packet(77, err), .silence]) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 1") }
            #expect(error?.server?.number == 1153)
            await connection.close()
        }
    }

    @Test func `The old EOF is taken although the new one was agreed on`() async throws {
        let eof = EOFPacket(warnings: 0, status: .autocommit).encode()
        let script = Self.answer([HostileCase.bytes([1]), Self.column, HostileCase.bytes([1, 0x61]), eof])
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            #expect(try await connection.collect(sql: "SELECT 'a'").scalar == "a")
            await connection.close()
        }
    }

    @Test func `What an idle server says becomes the reason of the next error`() async throws {
        let err = ERRPacket(number: 4031, sqlState: "HY000", message: "inactivity").encode()
        let script = HostileCase.login + [.packet(1, HostileCase.ok), .packet(0, err), .cut]
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            try await connection.ping()
            await server.clientsGone()
            let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 1") }
            // The statement may have been on its way when the server's word came: then that word is its answer, or is
            // lost to a reset.
            #expect(error?.server?.number == 4031 || error?.code == .connectionClosed)
        }
    }

    @Test func `A packet that nobody asked for ends the connection`() async throws {
        let script = HostileCase.login + [.packet(1, HostileCase.ok), .packet(2, HostileCase.ok), .silence]
        try await ScriptedServer.run(script) { server in
            let connection = try await MySQLConnection.connect(to: HostileCase.configuration(server))
            try? await connection.ping()
            await server.clientsGone()
            #expect(connection.closeReason?.code == .protocolViolation)
        }
    }

    @Test func `A result that promises much and sends little costs no memory`() async throws {
        // 16 MiB are announced, a limit of 64 allows them: only what came is kept.
        let script =
            Self.answer([HostileCase.bytes([1]), Self.column])
            .dropLast() + [.bytes(HostileCase.bytes([0xFE, 0xFF, 0xFF, 3, 0xFD, 0, 0, 0xFF])), .cut]
        try await ScriptedServer.run(Array(script)) { server in
            var configuration = HostileCase.configuration(server)
            configuration.maximumPayload = 64 << 20
            let connection = try await MySQLConnection.connect(to: configuration)
            let error = await #expect(throws: MySQLError.self) { try await connection.collect(sql: "SELECT 1") }
            #expect(error?.code == .connectionClosed)
            #expect(error?.phase == .rows)
        }
    }
}
