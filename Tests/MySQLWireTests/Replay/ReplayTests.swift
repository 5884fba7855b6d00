import MySQLWire
import NIOCore
import TestSupport
import Testing

/// Every recording of a real server, through the machine that production runs.
@Suite struct ReplayTests {
    @Test(arguments: WireFixture.all) func `Each is in the one form that the writer has`(fixture: WireFixture) throws {
        let text = try fixture.text()
        #expect(RecordingWriter.text(of: try RecordingParser.parse(text)) == text)
    }

    @Test(arguments: WireFixture.all) func `None holds the account's password`(fixture: WireFixture) throws {
        let text = try fixture.text()
        for secret in ["w1re-S3cret-pa55", "S3cret"] {
            let hex = secret.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(!text.contains(secret))
            #expect(!text.replacing("\n  ", with: "").contains(hex))
        }
    }

    @Test(arguments: WireFixture.replayable) func `Each gives what it gave when it was made`(fixture: WireFixture)
        throws
    {
        let events = try Replay.run(try fixture.recording())
        for case .mismatch(let what) in events { Issue.record("\(what)") }
        #expect(events.map { $0.description + "\n" }.joined() == (try fixture.golden()))
    }

    @Test(arguments: WireFixture.replayable) func `Split at every byte, each gives the same`(fixture: WireFixture)
        throws
    {
        try Self.forEachPacket(of: fixture) { before, bytes, next in
            var whole = before
            whole.receive(bytes.joined(next))
            for offset in offsets(of: bytes) {
                var split = before
                split.receive(bytes.part(0, offset))
                split.receive(bytes.part(offset, bytes.readableBytes).joined(next))
                try #require(split.events == whole.events, "split at \(offset) of \(bytes.readableBytes)")
            }
        }
    }

    @Test(arguments: WireFixture.replayable) func `Byte by byte, each gives the same`(fixture: WireFixture) throws {
        let recording = try fixture.recording()
        let whole = try Replay.run(recording)
        var replay = try Replay(recording)
        for step in replay.steps {
            guard case .server(let bytes) = step else {
                replay.play(step)
                continue
            }
            // Of a huge payload only the ends come singly: else this is quadratic.
            let edge = min(bytes.readableBytes, 3000)
            for index in 0..<edge { replay.receive(bytes.part(index, index + 1)) }
            let tail = max(edge, bytes.readableBytes - 3000)
            replay.receive(bytes.part(edge, tail))
            for index in tail..<max(tail, bytes.readableBytes) { replay.receive(bytes.part(index, index + 1)) }
        }
        replay.finish()
        #expect(replay.events == whole)
    }

    /// What was whole before the cut stays; then the machine says that the connection is closed, and nothing else.
    @Test(arguments: WireFixture.replayable) func `Cut off at every byte, each is a shorter session and a typed error`(
        fixture: WireFixture
    ) throws {
        try Self.forEachPacket(of: fixture) { before, bytes, _ in
            for offset in offsets(of: bytes) where offset < bytes.readableBytes {
                var cut = before
                cut.receive(bytes.part(0, offset))
                try #require(cut.events.isEmpty, "a part of a packet means nothing yet")
                cut.finish()
                guard case .closed(let error)? = cut.events.last, cut.events.count == 1 else {
                    Issue.record("after a cut at \(offset): \(cut.events)")
                    return
                }
                try #require(error.code == .connectionClosed)
            }
        }
    }

    /// Whatever comes, it is a result or a typed error; and after an error, nothing. Packets that several recordings
    /// share are damaged once.
    @Test func `With any byte changed, nothing traps`() throws {
        var generator = SeededGenerator(seed: 7)
        var seen: Set<ByteBuffer> = []
        for fixture in WireFixture.replayable {
            var number = 0
            try Self.forEachPacket(of: fixture) { before, bytes, next in
                number += 1
                guard number < 60, bytes.readableBytes < 20_000, seen.insert(bytes).inserted else { return }
                for offset in 0..<bytes.readableBytes {
                    for value in [0xFF, UInt8.random(in: 0...255, using: &generator)] {
                        var broken = bytes
                        broken.setInteger(value, at: broken.readerIndex + offset)
                        var other = before
                        other.receive(broken.joined(next))
                        other.finish()
                        let ends = other.events.filter { if case .closed = $0 { true } else { false } }
                        try #require(ends.count <= 1)
                    }
                }
            }
        }
    }

    /// Calls `body` for each packet of the server with the session before it, the packet, and the one behind it in the
    /// same step (or nothing): what a split or a cut of it can change is seen by then.
    private static func forEachPacket(
        of fixture: WireFixture,
        _ body: (_ before: Replay, _ packet: ByteBuffer, _ next: ByteBuffer) throws -> Void
    ) throws {
        var replay = try Replay(try fixture.recording())
        for step in replay.steps {
            replay.forgetEvents()
            guard case .server(let bytes) = step else {
                replay.play(step)
                continue
            }
            let packets = SentBytes.split(bytes)
            for (index, packet) in packets.enumerated() where !replay.isClosed {
                replay.forgetEvents()
                try body(replay, packet, index + 1 < packets.count ? packets[index + 1] : ByteBuffer())
                replay.receive(packet)
            }
        }
    }

    /// All places of a packet; of a huge one, those at its ends.
    private func offsets(of bytes: ByteBuffer) -> [Int] {
        let count = bytes.readableBytes
        guard count > 20_000 else { return Array(0...count) }
        return [0, 1, 3, 4, 5, 8, count - 1]
    }
}

extension ByteBuffer {
    fileprivate func part(_ start: Int, _ end: Int) -> ByteBuffer {
        getSlice(at: readerIndex + start, length: max(0, end - start)) ?? ByteBuffer()
    }

    fileprivate func joined(_ other: ByteBuffer) -> ByteBuffer {
        var whole = self
        whole.writeImmutableBuffer(other)
        return whole
    }
}
