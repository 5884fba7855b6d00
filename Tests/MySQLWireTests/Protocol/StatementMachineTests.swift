import NIOCore
import Testing

@testable import MySQLWire

/// Prepared statements through the whole machine, from bytes that are written out here.
@Suite struct StatementMachineTests {
    typealias Machine = ConnectionMachineTests
    typealias Packets = PacketFramerTests

    static let withEOF = Machine.capabilities.subtracting(.deprecateEOF)
    static let eof: [UInt8] = [0xFE, 0, 0, 2, 0]

    static func definition(_ name: String, _ type: ColumnType, flags: UInt16 = 0) -> [UInt8] {
        Array(buffer: ColumnDefinition(name: name, collation: 63, type: type, flags: flags).encode())
    }

    static func packets(_ payloads: [[UInt8]], from first: UInt8 = 1) -> [UInt8] {
        payloads.enumerated().flatMap { Packets.packet(first &+ UInt8($0.offset), $0.element) }
    }

    private func event(_ machine: inout ConnectionMachine) -> ResponseMachine.Event? {
        if case .response(let event) = machine.next() { event } else { nil }
    }

    @Test(arguments: [Machine.capabilities, withEOF])
    func `a statement is prepared, with and without EOFs between the definitions`(capabilities: CapabilityFlags) throws
    {
        let end = capabilities.contains(.deprecateEOF) ? [] : [Self.eof]
        for (parameters, columns) in [(0, 0), (2, 0), (0, 1), (1, 3)] {
            var machine = try Machine.idle(capabilities)
            let sent = machine.begin(.statementPrepare("SELECT ?"))
            #expect(sent.map { Array(buffer: $0) } == [9, 0, 0, 0, 0x16] + Array("SELECT ?".utf8))
            let definition = Self.definition("?", .varString)
            var payloads: [[UInt8]] = [[0, 7, 0, 0, 0, UInt8(columns), 0, UInt8(parameters), 0, 0, 1, 0]]
            for count in [parameters, columns] where count > 0 {
                payloads += [[UInt8]](repeating: definition, count: count) + end
            }
            let bytes = Self.packets(payloads)
            for byte in bytes.dropLast() {
                Machine.feed(&machine, [byte])
                #expect(machine.next() == nil)
            }
            Machine.feed(&machine, [bytes[bytes.count - 1]])
            guard case .prepared(let packet) = event(&machine) else {
                Issue.record("not prepared")
                return
            }
            #expect(packet.statementID == 7 && packet.warnings == 1)
            #expect(Int(packet.parameterCount) == parameters && Int(packet.columnCount) == columns)
            #expect(machine.isIdle && !machine.hasUnreadBytes)
        }
    }

    @Test func `an error in place of the statement, or of a definition, leaves the connection usable`() throws {
        let error = [0xFF, 0x28, 0x04] + Array("#42000no".utf8)
        for payloads in [[error], [[0, 7, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0], error]] {
            var machine = try Machine.idle()
            _ = machine.begin(.statementPrepare("x"))
            Machine.feed(&machine, Self.packets(payloads))
            guard case .rejected(let found) = event(&machine) else {
                Issue.record("not rejected")
                return
            }
            #expect(found.server?.number == 1064 && machine.isIdle)
        }
    }

    @Test(
        arguments: [[], [0], [0, 1, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0], [1, 0], [0xFE, 0, 0, 2, 0], [0xFB]] as [[UInt8]]
    )
    func `what is no answer to a prepare closes`(payload: [UInt8]) throws {
        var machine = try Machine.idle()
        _ = machine.begin(.statementPrepare("x"))
        Machine.feed(&machine, Packets.packet(1, payload))
        guard case .close(let error) = machine.next() else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .protocolViolation)
    }

    @Test(arguments: [Machine.capabilities, withEOF])
    func `binary rows, byte by byte and at once`(capabilities: CapabilityFlags) throws {
        let columns = [
            Self.definition("a", .tiny), Self.definition("b", .varString), Self.definition("c", .longLong),
            Self.definition("d", .date), Self.definition("e", .null),
        ]
        let rows: [[UInt8]] = [
            [0, 0b1000_0000, 0, 0xFF, 2, 65, 66, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0xE8, 7, 2, 29].fixingBitmap(nulls: [4]),
            [0, 0, 0, 5].fixingBitmap(nulls: [1, 2, 3, 4]),
            [0, 0, 0].fixingBitmap(nulls: [0, 1, 2, 3, 4]),
        ]
        let usesEOF = !capabilities.contains(.deprecateEOF)
        let end: [UInt8] = usesEOF ? Self.eof : [0xFE, 0, 0, 2, 0, 0, 0]
        let bytes = Self.packets([[5]] + columns + (usesEOF ? [Self.eof] : []) + rows + [end])
        for whole in [true, false] {
            var machine = try Machine.idle(capabilities)
            _ = machine.begin(.statementExecute(StatementExecute(statementID: 1, parameters: [])))
            var found: [[MySQLValue]] = []
            var isDone = false
            for chunk in whole ? [bytes] : bytes.map({ [$0] }) {
                Machine.feed(&machine, chunk)
                while let event = event(&machine) {
                    switch event {
                    case .rows(let batch):
                        #expect(batch.format == .binary)
                        found += try batch.map { row in try (0..<5).map { try row.value(at: $0) } }
                    case .completed: isDone = true
                    default: break
                    }
                }
            }
            #expect(isDone && machine.isIdle)
            #expect(
                found == [
                    [
                        .integer(-1), .bytes([65, 66]), .integer(1), .date(MySQLDate(year: 2024, month: 2, day: 29)),
                        .null,
                    ],
                    [.integer(5), .null, .null, .null, .null],
                    [.null, .null, .null, .null, .null],
                ]
            )
        }
    }

    @Test(
        arguments: [
            // Too short for its bitmap, a wrong header, too few bytes, too many, a string that is longer than the row.
            [0], [1, 0, 1, 65], [0, 0], [0, 0, 1], [0, 0, 1, 65, 66], [0, 0, 5, 65], [0, 0, 0xFB], [0, 0, 0xFF],
            [0, 0, 0xFC, 1],
            [0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 65],
        ] as [[UInt8]]
    )
    func `a malformed binary row closes`(row: [UInt8]) throws {
        var machine = try Machine.idle()
        _ = machine.begin(.statementExecute(StatementExecute(statementID: 1, parameters: [])))
        Machine.feed(&machine, Self.packets([[1], Self.definition("a", .varString), row]))
        guard case .response(.columns) = machine.next(), case .close(let error) = machine.next() else {
            Issue.record("not closed")
            return
        }
        #expect(error.code == .protocolViolation && error.fate == .maybeExecuted)
    }

    @Test func `a column of an unknown type is an error where it has a value`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.statementExecute(StatementExecute(statementID: 1, parameters: [])))
        Machine.feed(
            &machine,
            Self.packets([[1], Self.definition("a", ColumnType(rawValue: 0xEE)), [0, 0b100]])
        )
        guard case .response(.columns) = machine.next(), case .response(.rows(let batch)) = machine.next() else {
            Issue.record("the NULL was not read")
            return
        }
        #expect(batch.count == 1 && batch[0].isNull(at: 0))
        Machine.feed(&machine, Packets.packet(4, [0, 0, 1]))
        guard case .close = machine.next() else {
            Issue.record("not closed")
            return
        }
    }

    @Test func `parameters are written as the manual has them`() {
        let packet = StatementExecute(
            statementID: 9,
            parameters: [
                .integer(-1), .null, .text("é"), .unsigned(.max), .date(MySQLDate(year: 2024, month: 2, day: 29)),
                .time(MySQLTime(isNegative: true, hours: 837, minutes: 59, seconds: 58, microseconds: 1)), .bytes([1]),
                .float(1.5), .double(-2), .null,
            ]
        )
        let expected: [UInt8] =
            [0x17, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0b0000_0010, 0b0000_0010, 1]
            + [8, 0, 6, 0, 0xFD, 0, 8, 0x80, 10, 0, 11, 0, 0xFC, 0, 4, 0, 5, 0, 6, 0]
            + [UInt8](repeating: 0xFF, count: 8) + [2, 0xC3, 0xA9] + [UInt8](repeating: 0xFF, count: 8)
            + [4, 0xE8, 7, 2, 29] + [12, 1, 34, 0, 0, 0, 21, 59, 58, 1, 0, 0, 0] + [1, 1] + [0, 0, 0xC0, 0x3F]
            + [0, 0, 0, 0, 0, 0, 0, 0xC0]
        #expect(Array(buffer: packet.encode()) == expected)
        #expect(
            Array(buffer: StatementExecute(statementID: 1, parameters: []).encode()) == [
                0x17, 1, 0, 0, 0, 0, 1, 0, 0, 0,
            ]
        )
    }

    /// MySQL 9.7.4 refuses a TIME beyond 838:00:00, and MariaDB JSON.
    @Test func `a parameter that the server would refuse is sent as text`() throws {
        let longest = try #require(MySQLTime("838:00:00.5"))
        let packet = StatementExecute(
            statementID: 9,
            parameters: [.time(longest), .json("{}"), .time(MySQLTime(hours: 838, minutes: 0, seconds: 0))]
        )
        let expected: [UInt8] =
            [0x17, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0xFD, 0, 0xFD, 0, 11, 0]
            + [11] + Array("838:00:00.5".utf8) + [2] + Array("{}".utf8) + [8, 0, 34, 0, 0, 0, 22, 0, 0]
        #expect(Array(buffer: packet.encode()) == expected)
    }

    @Test func `a close needs no answer, and is not sent into another command's`() throws {
        var machine = try Machine.idle()
        let close = machine.send(unanswered: .statementClose(7))
        #expect(close.map { Array(buffer: $0) } == [5, 0, 0, 0, 0x19, 7, 0, 0, 0] && machine.isIdle)
        #expect(machine.send(unanswered: .ping) == nil)
        _ = machine.begin(.ping)
        #expect(machine.send(unanswered: .statementClose(8)) == nil)
    }
}

extension [UInt8] {
    /// Sets the bits of NULLs in a binary row of five columns.
    fileprivate func fixingBitmap(nulls: [Int]) -> [UInt8] {
        var row = self
        (row[1], row[2]) = (0, 0)
        for column in nulls { row[1 + (column + 2) / 8] |= 1 << UInt8((column + 2) % 8) }
        // The bitmap of five columns takes one byte.
        row.remove(at: 2)
        return row
    }
}
