import NIOCore
import Testing

@testable import MySQLWire

/// COM_STMT_SEND_LONG_DATA, and the execution that leaves out what it sent.
@Suite struct LongDataMachineTests {
    @Test func `a piece needs no answer, and is not sent into another command's`() throws {
        var machine = try ConnectionMachineTests.idle()
        let piece = Command.statementSendLongData(0x0102_0304, parameter: 0x0506, ByteBuffer(bytes: [9, 8]))
        let sent = machine.send(unanswered: piece)
        #expect(sent.map { Array(buffer: $0) } == [9, 0, 0, 0, 0x18, 4, 3, 2, 1, 6, 5, 9, 8] && machine.isIdle)
        #expect(machine.begin(piece) == nil && machine.isIdle)
        _ = machine.begin(.ping)
        #expect(machine.send(unanswered: piece) == nil)
        #expect(try Command.decode(piece.encode()) == piece)
        let fetch = Command.statementFetch(1, rows: 2)
        #expect(try Command.decode(fetch.encode()) == fetch)
    }

    @Test func `a value that went before is left out of the execution, its type and its place are not`() {
        var packet = StatementExecute(statementID: 9, parameters: [.bytes([]), .integer(5), .text(""), .null])
        packet.longData = [0, 2]
        let expected: [UInt8] =
            [0x17, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0b1000, 1, 0xFC, 0, 8, 0, 0xFD, 0, 6, 0] + [5, 0, 0, 0, 0, 0, 0, 0]
        #expect(Array(buffer: packet.encode()) == expected)
    }

    @Test(arguments: [[], [.queryAttributes]] as [CapabilityFlags])
    func `the length of a command is told without writing it`(capabilities: CapabilityFlags) throws {
        let long = String(repeating: "é", count: 40_000)
        var values: [MySQLValue] = [
            .null, .integer(1), .unsigned(2), .float(1), .double(2), .text(""), .text(long), .json("{}"),
            .bytes([UInt8](repeating: 1, count: 251)), .date(MySQLDate(year: 2024, month: 2, day: 29)),
            .decimal(try #require(MySQLDecimal("-1.50"))),
            .time(MySQLTime(hours: 838, minutes: 0, seconds: 0, microseconds: 1)),
        ]
        values += Array(repeating: .integer(1), count: 300)
        for longData: Set<Int> in [[], [6], [6, 8]] {
            var packet = StatementExecute(statementID: 9, parameters: values)
            packet.longData = longData
            for command: Command in [.statementExecute(packet), .query(long), .statementPrepare(long), .ping] {
                let length = command.encode(capabilities: capabilities).readableBytes
                #expect(command.length(capabilities: capabilities) == length)
            }
        }
    }

    @Test(arguments: [[], [.queryAttributes]] as [CapabilityFlags])
    func `an execution is read as it was written`(capabilities: CapabilityFlags) throws {
        var packet = StatementExecute(
            statementID: 9,
            parameters: [.null, .integer(-1), .unsigned(.max), .float(1.5), .double(-2), .text("é"), .bytes([1, 0])]
        )
        packet.opensCursor = true
        for longData: Set<Int> in [[], [6]] {
            packet.longData = longData
            if longData.contains(6) { packet.parameters[6] = .bytes([]) }
            let payload = packet.encode(capabilities: capabilities)
            let found = try StatementExecute.decode(
                payload,
                parameterCount: 7,
                longData: longData,
                capabilities: capabilities
            )
            #expect(found == packet)
            for length in 0..<payload.readableBytes {
                let cut = try #require(payload.getSlice(at: 0, length: length))
                #expect(throws: WireError.self) {
                    try StatementExecute.decode(
                        cut,
                        parameterCount: 7,
                        longData: longData,
                        capabilities: capabilities
                    )
                }
            }
        }
    }
}
