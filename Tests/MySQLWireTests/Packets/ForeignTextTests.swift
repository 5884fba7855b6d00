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
}
