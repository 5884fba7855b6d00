import NIOCore
import Testing

@testable import MySQLWire

/// Text in the character set that the session chose, where that is not UTF-8.
@Suite struct ForeignTextTests {
    @Test func `a column's name keeps its bytes`() throws {
        var sent = ColumnDefinition(name: "")
        sent.rawName = [0x6E, 0xF6]
        let received = try ColumnDefinition.decode(sent.encode())
        #expect(received.rawName == [0x6E, 0xF6])
        #expect(received.name == "n\u{FFFD}")
        let plain = try ColumnDefinition.decode(ColumnDefinition(name: "nö").encode())
        #expect(plain.rawName == nil && plain.name == "nö")
    }

    @Test func `an error's message keeps its bytes`() throws {
        var sent = ERRPacket(number: 1146, sqlState: "42S02", message: "")
        sent.rawMessage = [0xF6]
        let received = MySQLError.Server(try ERRPacket.decode(sent.encode()))
        #expect(received.rawMessage == [0xF6] && received.message == "\u{FFFD}" && received.number == 1146)
        let plain = try ERRPacket.decode(ERRPacket(number: 1, sqlState: nil, message: "é").encode())
        #expect(plain.rawMessage == nil && plain.message == "é")
    }

    /// Texts of COM_INIT_DB, COM_QUERY and COM_STMT_PREPARE; attributes as another client may write them.
    private static let commands: [([UInt8], CapabilityFlags)] = [
        ([0x02, 0x64, 0xF6], []), ([0x03] + Array("SELECT '".utf8) + [0xE4, 0xFF, 0x27], []), ([0x03, 0xF6], []),
        ([0x16] + Array("SELECT ?, '".utf8) + [0x80, 0x27], []), ([0x03, 0, 1, 0xF6], .queryAttributes),
        // A name and a value that are no UTF-8; a count of more bytes than it needs; a type of another client.
        ([0x03, 1, 1, 0, 1, 0xFE, 0, 1, 0xE4, 1, 0x78, 0x51], .queryAttributes),
        ([0x03, 1, 1, 0, 1, 0xFE, 0, 1, 0x61, 1, 0xE4, 0x51], .queryAttributes),
        ([0x03, 0xFC, 0, 0, 1, 0x51], .queryAttributes),
        ([0x03, 1, 1, 0, 1, 0xFD, 0, 1, 0x61, 1, 0x78, 0x51], .queryAttributes),
        ([0x03, 1, 1, 0, 1, 0x04, 0, 1, 0x61, 0, 0, 0, 0, 0x51], .queryAttributes),
    ]

    @Test(arguments: commands) func `a command's text keeps its bytes`(bytes: [UInt8], capabilities: CapabilityFlags)
        throws
    {
        let payload = ByteBuffer(bytes: bytes)
        let command = try Command.decode(payload, capabilities: capabilities)
        #expect(command.encode(capabilities: capabilities) == payload)
        #expect(command.code == bytes[0])
        #expect(command.length(capabilities: capabilities) == bytes.count)
        guard case .verbatim = command else {
            Issue.record("\(command)")
            return
        }
    }

    /// As in a recording of another client.
    @Test func `a command of foreign bytes is answered as one of its kind`() throws {
        let column = Script.column
        let answers: [([UInt8], [ByteBuffer])] = [
            ([0x02, 0xF6], [Script.ok]), ([0x03, 0xF6], [Script.columnCount(1), column, Script.row("x"), Script.end]),
            (
                [0x16, 0xF6],
                [PrepareOK(statementID: 1, columnCount: 1, parameterCount: 0).encode(), column]
            ),
        ]
        for (bytes, answer) in answers {
            var machine = ConnectionMachine(
                options: .init(
                    configuration: MySQLConfiguration(endpoint: .unixSocket(path: "/s"), username: "u", password: nil),
                    isLocalTransport: true,
                    attributes: []
                ),
                loggedInWith: Script.capabilities
            )
            #expect(machine.begin(try Command.decode(ByteBuffer(bytes: bytes))) != nil)
            machine.received(Script.segment(1, answer))
            while let action = machine.next() {
                if case .close(let error) = action { Issue.record(error) }
            }
            #expect(machine.isIdle, "\(bytes)")
        }
    }
}
