import NIOCore
import NIOEmbedded
import Testing

@testable import MySQLWire

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// When SO_RCVLOWAT is set, and to what: see ``ReadPace``.
@Suite struct LowWaterMarkTests {
    let channel: EmbeddedChannel
    let handler: MySQLChannelHandler

    init() throws {
        (channel, handler) = try LoggedInChannel.make()
    }

    /// As it was set last; nil if it never was.
    private var mark: Int? {
        channel.options.lazy.compactMap { option, value in
            guard (option as? ChannelOptions.Types.SocketOption)?.optionName.rawValue == SO_RCVLOWAT else { return nil }
            return (value as? SocketOptionValue).map { Int($0) }
        }.last
    }

    /// Begins an answer: one column, and so many rows, each in a piece of its own.
    private func ask(_ id: UInt64, rows: Int) throws {
        let sink = ResponseSink(mode: .whole(limit: 1 << 30))
        handler.submit(PendingRequest(id: id, command: .query("a"), sink: sink, timeout: nil))
        var definition = ByteBuffer()
        for text in ["def", "", "", "", "a", ""] { definition.writeLengthEncoded(string: text) }
        definition.writeBytes([0x0C, 0x3F, 0, 1, 0, 0, 0, 8, 0x81, 0, 0, 0, 0])
        try say(1, [1])
        try say(2, Array(buffer: definition))
        for row in 0..<rows { try say(3 + row, [1, 0x31]) }
    }

    private func say(_ number: Int, _ payload: [UInt8]) throws {
        let packet = PacketFramerTests.packet(UInt8(truncatingIfNeeded: number), payload)
        try channel.writeInbound(ByteBuffer(bytes: packet))
    }

    private func end(_ number: Int) throws { try say(number, [0xFE, 0, 0, 2, 0, 0, 0]) }

    @Test func `a slow answer raises it, and its end takes it back before the next command`() throws {
        try ask(1, rows: ReadPace.patience - 3)
        #expect(mark == nil)
        for row in ReadPace.patience - 3..<2 * ReadPace.patience { try say(3 + row, [1, 0x31]) }
        #expect(mark == ReadPace.much)
        try end(3 + 2 * ReadPace.patience)
        #expect(mark == 1)
        try ask(2, rows: 5)
        try end(8)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(20))
        #expect(mark == 1)
    }

    @Test func `each fetch of a cursor is an answer of its own`() throws {
        var packet = StatementExecute(statementID: 7, parameters: [])
        packet.opensCursor = true
        let request = PendingRequest(
            id: 1,
            command: .statementExecute(packet),
            sink: ResponseSink(mode: .stream),
            timeout: nil,
            options: RequestOptions(fetchedRows: 1)
        )
        handler.submit(request)
        try say(1, [1])
        try say(2, StatementMachineTests.definition("a", .varString))
        try say(3, [0xFE, 0, 0, 0x42, 0, 0, 0])
        for _ in 0..<ReadPace.patience {
            #expect(request.hasOpenCursor)
            handler.fetch(1)
            try say(1, [0, 0, 1, 65])
            try say(2, [0xFE, 0, 0, 0x42, 0, 0, 0])
        }
        #expect(mark == nil)
    }

    @Test func `a binary log has no such mark`() throws {
        let command = Command.stream(ByteBuffer(bytes: [0x12]))
        handler.submit(PendingRequest(id: 1, command: command, sink: ResponseSink(mode: .stream), timeout: nil))
        for number in 1...2 * ReadPace.patience { try say(number, [0, 1, 2, 3]) }
        #expect(mark == nil)
    }

    @Test func `a server that stops in the middle is heard again after two milliseconds`() throws {
        try ask(1, rows: ReadPace.patience)
        #expect(mark == ReadPace.much)
        // The first millisecond has seen the piece that raised it.
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(mark == ReadPace.much)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(mark == 1)
        for row in ReadPace.patience..<2 * ReadPace.patience { try say(3 + row, [1, 0x31]) }
        #expect(mark == ReadPace.much)
    }
}
