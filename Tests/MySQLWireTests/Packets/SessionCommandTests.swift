import NIOCore
import Testing

@testable import MySQLWire

/// The bytes of the commands about the session, and of query attributes.
@Suite struct SessionCommandTests {
    @Test func `statistics and the option of several statements`() throws {
        #expect(Array(buffer: Command.statistics.encode()) == [0x09])
        #expect(Array(buffer: Command.allowSeveralStatements(true).encode()) == [0x1B, 0, 0])
        #expect(Array(buffer: Command.allowSeveralStatements(false).encode()) == [0x1B, 1, 0])
        for command in [Command.statistics, .allowSeveralStatements(true), .allowSeveralStatements(false)] {
            #expect(try Command.decode(command.encode()) == command)
        }
    }

    @Test func `a change of the user is read as it was written, and not where it is cut off`() throws {
        let capabilities: CapabilityFlags = [.pluginAuth, .connectAttributes]
        let command = ChangeUserCommand(
            username: "u",
            authenticationResponse: [1, 2, 3],
            database: "d",
            characterSet: 255,
            authenticationPlugin: "p",
            attributes: [.init(name: "n", value: "v")]
        )
        let bytes = command.encode(capabilities: capabilities)
        #expect(
            Array(buffer: bytes)
                == [0x11, 0x75, 0, 3, 1, 2, 3, 0x64, 0, 255, 0, 0x70, 0, 4, 1, 0x6E, 1, 0x76]
        )
        #expect(try ChangeUserCommand.decode(bytes, capabilities: capabilities) == command)
        // Where the plugin's name ends, with or without its NUL, the attributes may be missing.
        for length in 0..<bytes.readableBytes where ![11, 12, 13].contains(length) {
            let cut = try #require(bytes.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try ChangeUserCommand.decode(cut, capabilities: capabilities) }
        }
    }

    private static let attributes: [MySQLQueryAttribute] = [
        .init("a", .string("x")), .init("b", .integer(-2)), .init("c", .null), .init("", .unsigned(.max)),
    ]

    @Test func `attributes stand before the text, with the NULLs in a bitmap`() throws {
        let command = Command.attributedQuery("Q", Self.attributes)
        let bytes = command.encode(capabilities: .queryAttributes)
        var expected: [UInt8] = [0x03, 4, 1, 0b100, 1]
        expected += [0xFE, 0, 1, 0x61, 0x08, 0, 1, 0x62, 0x06, 0, 1, 0x63, 0x08, 0x80, 0]
        expected += [1, 0x78, 0xFE] + Array(repeating: 0xFF, count: 15) + [0x51]
        #expect(Array(buffer: bytes) == expected)
        #expect(try Command.decode(bytes, capabilities: .queryAttributes) == command)
        // Where they are not agreed on, nothing but the text is sent.
        #expect(Array(buffer: command.encode()) == [0x03, 0x51])
        #expect(Array(buffer: Command.query("Q").encode(capabilities: .queryAttributes)) == [0x03, 0, 1, 0x51])
    }

    @Test func `the bitmap has a byte for each eight`() throws {
        for count in [7, 8, 9, 16, 17] {
            let attributes = (0..<count).map { MySQLQueryAttribute("\($0)", $0 % 8 == 0 ? .null : .integer(Int64($0))) }
            let command = Command.attributedQuery("SELECT 1", attributes)
            let bytes = command.encode(capabilities: .queryAttributes)
            #expect(bytes.getInteger(at: 3 + (count + 7) / 8, as: UInt8.self) == 1)
            #expect(try Command.decode(bytes, capabilities: .queryAttributes) == command)
        }
    }

    @Test func `attributes that are cut off are an error to a server`() throws {
        let bytes = Command.attributedQuery("", Self.attributes).encode(capabilities: .queryAttributes)
        for length in 1..<bytes.readableBytes {
            let cut = try #require(bytes.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try Command.decode(cut, capabilities: .queryAttributes) }
        }
    }
}
