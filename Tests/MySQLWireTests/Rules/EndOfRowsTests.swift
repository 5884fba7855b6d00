import NIOCore
import Testing

@testable import MySQLWire

@Suite("Row 18: the end of rows, with and without DEPRECATE_EOF", .timeLimit(.minutes(1))) struct EndOfRowsTests {
    private static let eof = EOFPacket(warnings: 0, status: .autocommit).encode()

    /// The answers to three statements; the second one's rows have none, the third is a ping.
    private static func script(_ inspect: @escaping @Sendable (CapabilityFlags) -> Void, isOld: Bool)
        -> [ScriptedServer.Step]
    {
        let (between, end) = isOld ? ([eof], eof) : ([], Script.end)
        let rows = [Script.columnCount(1), Script.column] + between + [Script.row("x"), end]
        let none = [Script.columnCount(1), Script.column] + between + [end]
        return [
            .packet(0, Script.greeting()),
            .inspect { payload in
                let flags: UInt32 = payload.getInteger(at: payload.readerIndex, endianness: .little) ?? 0
                inspect(CapabilityFlags(rawValue: flags))
            },
            .packet(2, Script.ok), .expect, .packet(1, Script.ok), .expect, .bytes(Script.segment(1, rows)), .expect,
            .bytes(Script.segment(1, none)), .expect, .packet(1, Script.ok), .silence,
        ]
    }

    @Test(arguments: [false, true], [false, true])
    func `what was agreed on is understood, and the old way also where the new one was`(
        isOld: Bool,
        deprecatesEOF: Bool
    ) async throws {
        // The new way without having asked for it is no answer; nobody sends it.
        if !isOld, !deprecatesEOF { return }
        let script = Self.script({ #expect($0.contains(.deprecateEOF) == deprecatesEOF) }, isOld: isOld)
        try await ScriptedServer.run(script) { server in
            let connection = try await server.connect { $0.deprecatesEOF = deprecatesEOF }
            #expect(try await connection.collect(sql: "SELECT 'x'").rows.map(\.strings) == [["x"]])
            #expect(try await connection.collect(sql: "SELECT 'x' LIMIT 0").rowCount == 0)
            try await connection.ping()
            await connection.close()
        }
    }
}
