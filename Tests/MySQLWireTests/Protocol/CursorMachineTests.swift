import NIOCore
import Testing

@testable import MySQLWire

/// Cursors through the whole machine, from bytes as MySQL 9.7.4 and MariaDB 10.11 and 11.8 send them.
@Suite struct CursorMachineTests {
    private typealias Machine = ConnectionMachineTests
    private typealias Statements = StatementMachineTests

    private static func end(_ status: UInt8, _ capabilities: CapabilityFlags) -> [UInt8] {
        capabilities.contains(.deprecateEOF) ? [0xFE, 0, 0, status, 0, 0, 0] : [0xFE, 0, 0, status, 0]
    }

    private static let execution: Command = {
        var packet = StatementExecute(statementID: 7, parameters: [])
        packet.opensCursor = true
        return .statementExecute(packet)
    }()
    private static let definition = StatementMachineTests.definition("a", .varString)

    private func events(_ machine: inout ConnectionMachine, _ payloads: [[UInt8]], whole: Bool = true) -> [String] {
        let bytes = Statements.packets(payloads)
        var found: [String] = []
        for chunk in whole ? [bytes] : bytes.map({ [$0] }) {
            Machine.feed(&machine, chunk)
            while let action = machine.next() {
                switch action {
                case .response(.columns(let columns)): found.append("columns \(columns.count)")
                case .response(.rows(let batch)): found += batch.map { "row \($0.string(at: 0) ?? "NULL")" }
                case .response(.cursorOpened): found.append("opened")
                case .response(.completed(let completion, let isLast)):
                    found.append("completed \(completion.status.rawValue)\(isLast ? "" : " more")")
                case .response(.rejected(let error)): found.append("rejected \(error.fate)")
                case .close(let error): found.append("closed \(error.code)")
                default: found.append("\(action)")
                }
            }
        }
        return found
    }

    @Test(arguments: [ConnectionMachineTests.capabilities, StatementMachineTests.withEOF], [true, false])
    func `an open cursor is read by fetches, up to the last row`(
        capabilities: CapabilityFlags,
        whole: Bool
    ) throws {
        var machine = try Machine.idle(capabilities)
        let sent = machine.begin(Self.execution)
        #expect(sent.map { Array(buffer: $0) } == [10, 0, 0, 0, 0x17, 7, 0, 0, 0, 1, 1, 0, 0, 0])
        // No rows, and no second EOF.
        let opening = [[1], Self.definition, Self.end(0x42, capabilities)]
        #expect(events(&machine, opening, whole: whole) == ["columns 1", "opened"])
        #expect(machine.isIdle && machine.hasCursor(of: 7) && machine.status.contains(.cursorExists))
        let fetch = machine.begin(.statementFetch(7, rows: 2))
        #expect(fetch.map { Array(buffer: $0) } == [9, 0, 0, 0, 0x1C, 7, 0, 0, 0, 2, 0, 0, 0])
        let rows = [[0, 0, 1, 65], [0, 0, 1, 66], Self.end(0x42, capabilities)]
        #expect(events(&machine, rows, whole: whole) == ["row A", "row B", "completed 66"])
        #expect(machine.isIdle && machine.hasCursor(of: 7))
        _ = machine.begin(.statementFetch(7, rows: 2))
        let last = [[0, 0b100], Self.end(0x82, capabilities)]
        #expect(events(&machine, last, whole: whole) == ["row NULL", "completed 130"])
        #expect(machine.isIdle && !machine.hasCursor(of: 7))
        #expect(machine.begin(.statementFetch(7, rows: 2)) == nil)
    }

    @Test(arguments: [ConnectionMachineTests.capabilities, StatementMachineTests.withEOF])
    func `rows behind the definitions are rows without a cursor, whatever the status says behind them`(
        capabilities: CapabilityFlags
    ) throws {
        let between = capabilities.contains(.deprecateEOF) ? [] : [Self.end(2, capabilities)]
        // 0x42: MySQL 9.7.4 says so of EXPLAIN, and goes down when it is asked for its rows.
        for status: UInt8 in [0x02, 0x42] {
            var machine = try Machine.idle(capabilities)
            _ = machine.begin(Self.execution)
            let payloads = [[1], Self.definition] + between + [[0, 0, 1, 65], Self.end(status, capabilities)]
            #expect(events(&machine, payloads) == ["columns 1", "row A", "completed \(status)"])
            #expect(machine.isIdle && !machine.hasCursor(of: 7))
            #expect(machine.begin(.statementFetch(7, rows: 1)) == nil)
        }
    }

    @Test func `an OK, several results, or no rows at all are no cursor`() throws {
        let cases: [(payloads: [[UInt8]], expected: [String])] = [
            ([[0, 1, 0, 2, 0, 0, 0]], ["completed 2"]),
            ([[1], Self.definition, [0xFE, 0, 0, 2, 0, 0, 0]], ["columns 1", "completed 2"]),
            (
                [[1], Self.definition, [0, 0, 1, 65], [0xFE, 0, 0, 0x0A, 0, 0, 0], [0, 0, 0, 2, 0, 0, 0]],
                ["columns 1", "row A", "completed 10 more", "completed 2"]
            ),
        ]
        for (payloads, expected) in cases {
            var machine = try Machine.idle()
            _ = machine.begin(Self.execution)
            #expect(events(&machine, payloads) == expected)
            #expect(machine.isIdle && !machine.hasCursor(of: 7))
        }
    }

    @Test func `the old EOF opens a cursor too, where a server sends it in spite of DEPRECATE_EOF`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(Self.execution)
        #expect(events(&machine, [[1], Self.definition, [0xFE, 0, 0, 0x42, 0]]) == ["columns 1", "opened"])
        _ = machine.begin(.statementFetch(7, rows: 2))
        #expect(events(&machine, [[0, 0, 1, 65], [0xFE, 0, 0, 0x82, 0]]) == ["row A", "completed 130"])
    }

    @Test func `without a wish for a cursor the flag opens none`() throws {
        var machine = try Machine.idle()
        _ = machine.begin(.statementExecute(StatementExecute(statementID: 7, parameters: [])))
        let payloads = [[1], Self.definition, [0xFE, 0, 0, 0x42, 0, 0, 0]]
        #expect(events(&machine, payloads) == ["columns 1", "completed 66"])
        #expect(machine.begin(.statementFetch(7, rows: 1)) == nil)
    }

    @Test func `behind the last row there is no cursor, even where the server goes on saying that there is one`() throws
    {
        var machine = try opened()
        _ = machine.begin(.statementFetch(7, rows: 2))
        #expect(events(&machine, [[0, 0, 1, 65], [0xFE, 0, 0, 0xC2, 0, 0, 0]]) == ["row A", "completed 194"])
        #expect(machine.isIdle && !machine.hasCursor(of: 7))
    }

    @Test func `a fetch that brings nothing and promises more closes`() throws {
        var machine = try opened()
        _ = machine.begin(.statementFetch(7, rows: 2))
        #expect(events(&machine, [[0xFE, 0, 0, 0x42, 0, 0, 0]]) == ["closed protocolViolation"])
    }

    @Test func `an error in place of a fetch's rows, or among them, ends the cursor`() throws {
        let error = [0xFF, 0x8D, 0x05] + Array("#HY000no".utf8)
        for payloads in [[error], [[0, 0, 1, 65], error]] {
            var machine = try opened()
            _ = machine.begin(.statementFetch(7, rows: 2))
            #expect(events(&machine, payloads).last == "rejected maybeExecuted")
            #expect(machine.isIdle && !machine.hasCursor(of: 7))
        }
    }

    @Test func `what ends the statement or its session ends the cursor`() throws {
        let ends: [Command] = [.statementReset(7), .resetConnection, Self.execution]
        for command in ends {
            var machine = try opened()
            #expect(machine.begin(command) != nil)
            #expect(!machine.hasCursor(of: 7))
        }
        var machine = try opened()
        #expect(machine.send(unanswered: .statementClose(8)) != nil && machine.hasCursor(of: 7))
        #expect(machine.send(unanswered: .statementClose(7)) != nil && !machine.hasCursor(of: 7))
    }

    @Test(arguments: [[], [0xFB], [1, 0, 1, 65], [0xFE, 0], [0, 0, 5, 65]] as [[UInt8]])
    func `what is no answer to a fetch closes`(payload: [UInt8]) throws {
        var machine = try opened()
        _ = machine.begin(.statementFetch(7, rows: 2))
        #expect(events(&machine, [payload]) == ["closed protocolViolation"])
    }

    @Test func `the columns of an execution are its own, whatever an earlier one had`() throws {
        var machine = try Machine.idle()
        for names in [["a"], ["a", "b"]] {
            _ = machine.begin(.statementExecute(StatementExecute(statementID: 7, parameters: [])))
            // SERVER_STATUS_METADATA_CHANGED.
            let payloads =
                [[UInt8(names.count)]] + names.map { Statements.definition($0, .varString) }
                + [[0, 0] + names.flatMap { _ in [1, 65] }, [0xFE, 0, 0, 2, 4, 0, 0]]
            #expect(events(&machine, payloads) == ["columns \(names.count)", "row A", "completed 1026"])
        }
    }

    @Test func `a report of progress that nobody asked for is not taken for an error`() throws {
        let report: [UInt8] = [0xFF, 0xFF, 0xFF, 1, 1, 2, 0, 0, 0, 1, 65]
        for command: Command in [
            .query("ALTER"), .ping, .statementExecute(StatementExecute(statementID: 1, parameters: [])),
        ] {
            var machine = try Machine.idle()
            _ = machine.begin(command)
            #expect(events(&machine, [report]) == ["closed protocolViolation"])
        }
    }

    private func opened() throws -> ConnectionMachine {
        var machine = try Machine.idle()
        _ = machine.begin(Self.execution)
        #expect(events(&machine, [[1], Self.definition, [0xFE, 0, 0, 0x42, 0, 0, 0]]) == ["columns 1", "opened"])
        return machine
    }
}
