import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// The whole machine with compression agreed on: from when, what goes out, what comes in.
@Suite struct CompressedSessionTests {
    typealias Packets = PacketFramerTests
    typealias Trace = ConnectionMachineTests

    static let offered = Trace.capabilities.union([.compress, .zstdCompression])

    static func machine(_ compression: MySQLConfiguration.Compression, maximumPayload: Int = 64 << 20)
        -> ConnectionMachine
    {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("secret"),
            tls: TLSConfiguration(mode: .disabled),
            maximumPayload: maximumPayload
        )
        configuration.compression = compression
        return ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: []),
            batchBytes: 1 << 16
        )
    }

    /// The login, as it was sent to a server with these capabilities.
    static func login(
        _ machine: inout ConnectionMachine,
        _ capabilities: CapabilityFlags = offered
    ) throws -> HandshakeResponse41 {
        Trace.feed(&machine, Packets.packet(0, Trace.greeting(capabilities)))
        guard case .send(var bytes) = machine.next() else { throw Trace.TraceError() }
        bytes.moveReaderIndex(forwardBy: 4)
        return try HandshakeResponse41.decode(bytes)
    }

    /// Logged in and idle.
    static func idle(_ compression: MySQLConfiguration.Compression) throws -> ConnectionMachine {
        var machine = machine(compression)
        _ = try login(&machine)
        // Not compressed yet.
        Trace.feed(&machine, Packets.packet(2, Trace.ok))
        guard case .established = machine.next(), machine.isIdle else { throw Trace.TraceError() }
        return machine
    }

    private func closeError(_ action: ConnectionMachine.Action?) -> MySQLError? {
        if case .close(let error) = action { error } else { nil }
    }

    @Test(
        arguments: [
            (.none, []), (.zlib, [.compress]), (.zstd(level: 7), [.zstdCompression]),
            ([.zstd(level: 1), .zlib], [.zstdCompression]), ([.zlib, .zstd(level: 1)], [.compress]),
            ([.uncompressed, .zlib], []),
        ] as [(MySQLConfiguration.Compression, CapabilityFlags)]
    )
    func `one way of compression at most is agreed on`(
        compression: MySQLConfiguration.Compression,
        expected: CapabilityFlags
    ) throws {
        var machine = Self.machine(compression)
        let response = try Self.login(&machine)
        #expect(response.capabilities.intersection([.compress, .zstdCompression]) == expected)
        if compression == .zstd(level: 7) { #expect(response.zstdLevel == 7) }
    }

    @Test func `the first that the server offers is taken, and without is only for whoever says so`() throws {
        let onlyZlib = Self.offered.subtracting(.zstdCompression)
        var machine = Self.machine([.zstd(level: 3), .zlib, .uncompressed])
        let first = try Self.login(&machine, onlyZlib).capabilities
        #expect(first.contains(.compress))
        machine = Self.machine([.zstd(level: 3), .uncompressed])
        let flags = try Self.login(&machine, onlyZlib).capabilities
        #expect(flags.isDisjoint(with: [.compress, .zstdCompression]))
        #expect(machine.compression == nil)

        for compression in [MySQLConfiguration.Compression.zstd(), [.zstd(level: 1), .zlib]] {
            machine = Self.machine(compression)
            Trace.feed(&machine, Packets.packet(0, Trace.greeting(Trace.capabilities)))
            let error = closeError(machine.next())
            #expect(error?.code == .compressionUnavailable && error?.phase == .greeting)
            #expect(error?.message.contains("zstd") == true)
        }
    }

    @Test(arguments: [MySQLConfiguration.Compression.zlib, .zstd()])
    func `commands go out in frames that count from 0, and their answers go on counting`(
        compression: MySQLConfiguration.Compression
    ) throws {
        var machine = try Self.idle(compression)
        for sql in ["SELECT 1", "SELECT '" + String(repeating: "x", count: 3 << 20) + "'"] {
            guard let sent = machine.begin(.query(sql)) else { throw Trace.TraceError() }
            var framer = CompressedFramer(method: try #require(machine.compression))
            framer.append(sent)
            let found = try framer.next(atLeast: .max, isBetweenPackets: true)
            let packets = try #require(found)
            #expect(Array(buffer: packets) == Packets.packet(0, [3] + Array(sql.utf8)))
            #expect(sent.readableBytes <= 7 + packets.readableBytes && sent.readableBytes < 20_000)
            Trace.feed(&machine, CompressedFramerTests.stored(framer.sequence, Packets.packet(1, Trace.ok)))
            guard case .response(.completed(_, isLast: true)) = machine.next() else { throw Trace.TraceError() }
        }
    }

    /// As servers do whenever they flush.
    @Test func `the numbers of packets may jump, those of frames may not`() throws {
        for (frameNumber, isRight) in [(UInt8(2), true), (3, false)] {
            var machine = try Self.idle(.zlib)
            _ = machine.begin(.query("SELECT a"))
            let first = Script.segment(1, Script.columnCount(1), Script.column, Script.row("1"))
            let second = Script.segment(77, Script.row("2"), Script.row("3"), Script.end)
            Trace.feed(&machine, CompressedFramerTests.stored(1, Array(buffer: first)))
            Trace.feed(&machine, CompressedFramerTests.stored(frameNumber, Array(buffer: second)))
            var rows: [[String?]] = []
            var error: MySQLError?
            while let action = machine.next() {
                if case .response(.rows(let batch)) = action { rows += batch.map(\.strings) }
                if case .close(let found) = action { error = found }
            }
            if isRight {
                #expect(rows == [["1"], ["2"], ["3"]] && machine.isIdle && error == nil)
            } else {
                #expect(error?.code == .protocolViolation)
                #expect(error?.message.contains("number 3 where 2 was expected") == true)
            }
        }
    }

    /// Small rows, one larger than a batch, and one of several packets, cut into frames without regard to them.
    @Test(arguments: CompressedFramerTests.methods) func `packets and frames end where they like`(
        method: CompressionMethod
    ) throws {
        var generator = SeededGenerator(seed: 9)
        let texts =
            (0..<500).map { "row \($0)" } + [String(repeating: "b", count: 200_000)]
            + [String(repeating: "c", count: 0xFF_FFFF + 20)] + (0..<500).map { "tail \($0)" }
        let stream = Script.segment(
            1,
            [Script.columnCount(1), Script.column] + texts.map { Script.row($0) } + [Script.end]
        )
        var machine = try Self.idle(method == .zlib ? .zlib : .zstd())
        _ = machine.begin(.query("SELECT a"))
        var rest = stream
        var frames = CompressedFramer(method: method)
        // The command was frame 0.
        _ = frames.frame(ByteBuffer(bytes: [0]))
        var found: [String] = []
        var isComplete = false
        while rest.readableBytes > 0 {
            let limit = rest.readableBytes > 100_000 && rest.readableBytes < stream.readableBytes - 5000 ? 3 << 20 : 700
            let length = min(rest.readableBytes, Int.random(in: 1...limit, using: &generator))
            var framed = frames.frame(rest.readSlice(length: length) ?? ByteBuffer())
            while framed.readableBytes > 0 {
                let part = min(framed.readableBytes, Int.random(in: 1...70_000, using: &generator))
                machine.received(framed.readSlice(length: part) ?? ByteBuffer())
                while let action = machine.next() {
                    switch action {
                    case .response(.rows(let batch)): found += batch.compactMap { $0.string(at: 0) }
                    case .response(.completed(_, isLast: true)): isComplete = true
                    case .response(.columns): break
                    default: Issue.record("\(action)")
                    }
                }
            }
        }
        #expect(found.count == texts.count && found == texts)
        #expect(isComplete && machine.isIdle && !machine.hasUnreadBytes)
    }

    @Test func `plaintext behind the login is no longer taken, and a bomb ends the connection`() throws {
        var machine = try Self.idle(.zlib)
        _ = machine.begin(.ping)
        Trace.feed(&machine, Packets.packet(1, Trace.ok) + Packets.packet(2, Trace.ok))
        let plaintext = closeError(machine.next())
        #expect(plaintext?.code == .protocolViolation && plaintext?.fate == .maybeExecuted)

        machine = try Self.idle(.zlib)
        _ = machine.begin(.query("SELECT 1"))
        let bomb = try #require(Deflation.deflate(ByteBuffer(repeating: 0, count: 1 << 20), by: .zlib))
        Trace.feed(&machine, CompressedFramerTests.frame(1, Array(buffer: bomb), inflatesTo: 5000))
        let error = closeError(machine.next())
        #expect(error?.code == .protocolViolation && error?.fate == .maybeExecuted && error?.phase == .command)
        #expect(error?.message.contains("it holds more than the 5000 bytes that are promised") == true)
    }

    @Test func `a frame behind the end of an answer is seen before the next command`() throws {
        var machine = try Self.idle(.zlib)
        _ = machine.begin(.ping)
        Trace.feed(&machine, CompressedFramerTests.stored(1, Packets.packet(1, Trace.ok)))
        Trace.feed(&machine, CompressedFramerTests.stored(2, Packets.packet(1, Trace.ok)))
        guard case .response(.completed) = machine.next() else { throw Trace.TraceError() }
        #expect(machine.isIdle && machine.hasUnreadBytes)
        let error = closeError(machine.next())
        #expect(error?.message == "a packet that nobody asked for")
    }

    @Test func `also half a frame behind the end of an answer is something unread`() throws {
        var machine = try Self.idle(.zlib)
        _ = machine.begin(.ping)
        Trace.feed(&machine, CompressedFramerTests.stored(1, Packets.packet(1, Trace.ok)) + [11, 0])
        guard case .response(.completed) = machine.next() else { throw Trace.TraceError() }
        #expect(machine.isIdle && machine.hasUnreadBytes)
    }

    @Test func `a frame behind the end of the login was written by somebody else`() throws {
        var machine = Self.machine(.zlib)
        _ = try Self.login(&machine)
        Trace.feed(
            &machine,
            Packets.packet(2, Trace.ok) + CompressedFramerTests.stored(1, Packets.packet(1, Trace.ok))
        )
        let error = closeError(machine.next())
        #expect(error?.code == .protocolViolation)
    }

    @Test func `what an idle server says before it hangs up is read, whatever its number`() throws {
        var machine = try Self.idle(.zstd())
        let packet = Packets.packet(0, [0xFF, 0xBF, 0x0F] + Array("#HY000idle".utf8))
        Trace.feed(&machine, CompressedFramerTests.stored(200, packet))
        let error = closeError(machine.next())
        #expect(error?.server?.number == 4031)
    }

    @Test func `the limit of a payload holds for what is inflated`() throws {
        var machine = Self.machine(.zlib, maximumPayload: 1 << 20)
        _ = try Self.login(&machine)
        Trace.feed(&machine, Packets.packet(2, Trace.ok))
        _ = machine.next()
        _ = machine.begin(.query("SELECT a"))
        var packets = Script.segment(1, Script.columnCount(1), Script.column)
        packets.writeImmutableBuffer(Script.segment(3, Script.row(String(repeating: "a", count: 2 << 20))))
        var sequence: UInt8 = 1
        machine.received(CompressedFrameEncoder.frame(packets, by: .zlib, sequence: &sequence))
        guard case .response(.columns) = machine.next() else { throw Trace.TraceError() }
        let error = closeError(machine.next())
        #expect(error?.code == .limitExceeded)
    }

    @Test func `the level of zstd is one byte at the end of the login, and read where it is four`() throws {
        var machine = Self.machine(.zstd(level: 22))
        Trace.feed(&machine, Packets.packet(0, Trace.greeting(Self.offered)))
        guard case .send(var bytes) = machine.next() else { throw Trace.TraceError() }
        bytes.moveReaderIndex(forwardBy: 4)
        #expect(bytes.readableBytesView.last == 22)
        #expect(try HandshakeResponse41.decode(bytes).encode() == bytes)
        bytes.writeBytes([0, 0, 0])
        #expect(try HandshakeResponse41.decode(bytes).zstdLevel == 22)
        bytes.writeBytes([0])
        #expect(throws: WireError.self) { try HandshakeResponse41.decode(bytes) }
    }
}
