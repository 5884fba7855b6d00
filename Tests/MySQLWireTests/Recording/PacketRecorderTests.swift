import MySQLWire
import NIOCore
import TestSupport
import Testing

@Suite struct PacketRecorderTests {
    static let password = "pa55word-of-test"

    static func run(
        _ position: PacketRecorder.Position,
        _ parts: [(RecordingEntry.Sender, ByteBuffer)],
        tlsBefore index: Int? = nil
    ) -> [RecordingEntry] {
        var recorder = PacketRecorder(position: position)
        var entries: [RecordingEntry] = []
        for (number, part) in parts.enumerated() {
            if number == index { entries += recorder.tlsStarted() }
            entries += recorder.take(part.1, from: part.0)
        }
        return entries + recorder.closed(by: .client)
    }

    static func packets(_ entries: [RecordingEntry]) -> [ByteBuffer] {
        entries.compactMap { if case .packet(_, _, let payload) = $0 { payload } else { nil } }
    }

    static let login: [(RecordingEntry.Sender, ByteBuffer)] = [
        (.server, SampleSession.framed(0, SampleSession.greeting())),
        (.client, SampleSession.framed(1, SampleSession.response(proof: Array(repeating: 9, count: 32)))),
    ]

    @Test func `A proof of fixed length becomes zeros`() throws {
        let entries = Self.run(.outside, Self.login)
        let response = try HandshakeResponse41.decode(try #require(Self.packets(entries).last))
        #expect(response.username == "someone")
        #expect(response.authenticationResponse == Array(repeating: 0, count: 32))
    }

    @Test(arguments: [1, 8, 31, 32, 100]) func `A password in clear leaves neither its bytes nor its length`(
        length: Int
    ) {
        let password = Array(repeating: UInt8(ascii: "p"), count: length) + [0]
        let entries = Self.run(
            .inside,
            Self.login + [
                (.server, SampleSession.framed(2, ByteBuffer(bytes: [1, 4]))),
                (.client, SampleSession.framed(3, ByteBuffer(bytes: password))),
            ],
            tlsBefore: 1
        )
        #expect(Self.packets(entries).last == ByteBuffer(bytes: Redactor.marker))
    }

    @Test func `What RSA makes of a password becomes zeros, the request for the key stays`() {
        let entries = Self.run(
            .outside,
            Self.login + [
                (.server, SampleSession.framed(2, ByteBuffer(bytes: [1, 4]))),
                (.client, SampleSession.framed(3, ByteBuffer(bytes: [2]))),
                (.server, SampleSession.framed(4, ByteBuffer(bytes: [1] + Array("-----BEGIN".utf8)))),
                (.client, SampleSession.framed(5, ByteBuffer(repeating: 7, count: 256))),
            ]
        )
        #expect(Self.packets(entries).suffix(3).first == ByteBuffer(bytes: [2]))
        #expect(Self.packets(entries).last == ByteBuffer(repeating: 0, count: 256))
    }

    /// Whoever has the nonces and such a signature can try passwords on it.
    @Test func `A signature of MariaDB's plugins becomes zeros, and the salt is told apart`() {
        for (plugin, salt, length) in [
            ("client_ed25519", nil, 64), ("parsec", [0x50, 3] + [UInt8](1...18), 96),
        ] as [(String, [UInt8]?, Int)] {
            let change = AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: [UInt8](1...32)))
            var parts = Self.login + [(.server, SampleSession.framed(2, change.encode()))]
            if let salt {
                parts.append((.client, SampleSession.framed(3, ByteBuffer())))
                parts.append((.server, SampleSession.framed(4, ByteBuffer(bytes: salt))))
            }
            parts.append((.client, SampleSession.framed(5, ByteBuffer(repeating: 7, count: length))))
            let entries = Self.run(.outside, parts)
            #expect(Self.packets(entries).last == ByteBuffer(repeating: 0, count: length))
            var tracker = SessionTracker()
            let kinds = Self.packets(entries).enumerated().map { number, payload in
                tracker.observe(parts[number].0, payload: payload)
            }
            #expect(kinds.filter { $0 == .authMoreData }.count == (salt == nil ? 0 : 1))
        }
    }

    @Test func `The digest of the password that MariaDB ends a login with becomes zeros`() {
        let digest = "\u{1}" + String(repeating: "E5852A0B", count: 8)
        for (info, isDigest) in [
            (digest, true), (String(digest.dropFirst()), false), (String(digest.dropLast()), false),
        ] {
            var ok = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])
            ok.writeLengthEncoded(string: info)
            let entries = Self.run(.outside, Self.login + [(.server, SampleSession.framed(2, ok))])
            let kept = Self.packets(entries).last.map { String(buffer: $0) }
            #expect(kept?.contains("E5852A0B") == !isDigest)
            #expect(kept?.hasSuffix("\u{1}" + String(repeating: "0", count: 64)) == isDigest)
        }
    }

    /// As MariaDB 11.8.9 sends it to whom tracks the session.
    @Test func `Also where session state follows it`() {
        var ok = ByteBuffer(bytes: [0, 0, 0, 2, 0x40, 0, 0])
        ok.writeLengthEncoded(string: "\u{1}" + String(repeating: "E5852A0B", count: 8))
        let state: [UInt8] = [6, 1, 4, 3, 0x61, 0x62, 0x63]
        ok.writeBytes(state)
        let kept = Self.packets(Self.run(.outside, Self.login + [(.server, SampleSession.framed(2, ok))])).last
        let text = "\u{1}" + String(repeating: "0", count: 64)
        #expect(kept == ByteBuffer(bytes: [0, 0, 0, 2, 0x40, 0, 0, 65] + Array(text.utf8) + state))
    }

    /// MySQL 9.7.4 tells the mode wrongly after a CALL that sets it.
    @Test(arguments: [ServerStatus.autocommit, [.autocommit, .noBackslashEscapes]])
    func `A password goes whichever way a backslash is read, whatever the status says`(status: ServerStatus) throws {
        var ok = ByteBuffer(bytes: [0, 0, 0])
        ok.writeLittle(status.rawValue)
        ok.writeBytes([0, 0])
        for sql in [
            "CREATE USER u IDENTIFIED BY 'x\\'\(Self.password)'",
            "SELECT 'a\\', 1; ALTER USER u IDENTIFIED BY '\(Self.password)' -- '",
        ] {
            let query = SampleSession.framed(0, Command.query(sql).encode())
            let parts = Self.login + [(.server, SampleSession.framed(2, ok)), (.client, query)]
            let kept = String(buffer: try #require(Self.packets(Self.run(.outside, parts)).last))
            #expect(kept.hasPrefix("\u{3}" + sql.prefix(8)))
            #expect(!kept.contains(Self.password), "\(kept)")
        }
    }

    @Test func `Redacting what is redacted changes nothing`() {
        let once = Self.run(.outside, SampleSession.whole(password: Self.password))
        var framed: [(RecordingEntry.Sender, ByteBuffer)] = []
        for case .packet(let sender, let sequence, let payload) in once {
            framed.append((sender, SampleSession.framed(sequence, payload)))
        }
        #expect(Self.run(.outside, framed) == once)
    }

    @Test func `No byte of the password is left, wherever it was sent`() {
        let entries = Self.run(.outside, SampleSession.whole(password: Self.password))
        let text = RecordingWriter.text(of: Recording(header: RecordingHeader(recorder: "test"), entries: entries))
        let hex = Self.password.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(!text.contains(Self.password))
        #expect(!text.replacing("\n  ", with: "").contains(hex))
        #expect(entries.count > 8)
    }

    @Test func `A password that the server makes up is not kept either`() {
        let entries = Self.run(
            .outside,
            Self.login + [
                (.server, SampleSession.framed(2, Script.ok)),
                (
                    .client,
                    SampleSession.framed(0, Command.query("CREATE USER u IDENTIFIED BY RANDOM PASSWORD").encode())
                ),
                (
                    .server,
                    Script.segment(1, Script.columnCount(1), Script.column, Script.row(Self.password), Script.end)
                ),
            ]
        )
        let row = Self.packets(entries).dropLast().last
        #expect(row == Script.row("redacted"))
    }

    @Test func `In whatever pieces the bytes come, the entries are the same`() {
        let parts = SampleSession.whole(password: Self.password)
        let whole = Self.run(.outside, parts)
        let bytewise = parts.flatMap { part in part.1.readableBytesView.map { (part.0, ByteBuffer(bytes: [$0])) } }
        #expect(Self.run(.outside, bytewise) == whole)
    }

    @Test func `A packet that was cut is kept as raw bytes`() {
        var cut = SampleSession.framed(2, ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0]))
        cut.moveWriterIndex(to: 9)
        let entries = Self.run(.outside, Self.login + [(.server, cut)])
        #expect(entries.suffix(2) == [.raw(.server, cut), .event(.closed(by: .client))])
    }

    @Test func `A login that was cut shows none of its bytes`() {
        var cut = Self.login[1].1
        cut.moveWriterIndex(to: 60)
        let entries = Self.run(.outside, [Self.login[0], (.client, cut)])
        #expect(entries.contains(.raw(.client, ByteBuffer(repeating: 0, count: 60))))
    }

    @Test func `From outside, nothing is recorded after the SSLRequest`() {
        let flags = SampleSession.capabilities.union(.ssl)
        let request = SSLRequest(capabilities: flags, maximumPacket: 1 << 24, characterSet: 255).encode()
        let entries = Self.run(
            .outside,
            [
                (.server, SampleSession.framed(0, SampleSession.greeting())),
                (.client, SampleSession.framed(1, request)), (.client, ByteBuffer(bytes: [0x16, 3, 1, 2])),
            ]
        )
        #expect(entries.suffix(2) == [.event(.opaque("tls")), .event(.closed(by: .client))])
    }

    @Test func `What is compressed cannot be read from outside, and is not compressed yet inside`() {
        let flags = SampleSession.capabilities.union(.zstdCompression)
        var response = SampleSession.response(proof: Array(repeating: 9, count: 32))
        response.setInteger(flags.rawValue, at: 0, endianness: .little)
        response.writeInteger(UInt8(3))
        let session: [(RecordingEntry.Sender, ByteBuffer)] = [
            (.server, SampleSession.framed(0, SampleSession.greeting(capabilities: flags))),
            (.client, SampleSession.framed(1, response)), (.server, SampleSession.framed(2, Script.ok)),
            (.client, SampleSession.framed(0, Command.ping.encode())), (.server, SampleSession.framed(1, Script.ok)),
        ]
        let outside = Self.run(.outside, session)
        #expect(outside.suffix(2) == [.event(.opaque("compression")), .event(.closed(by: .client))])
        #expect(Self.packets(outside).count == 3)
        #expect(Self.packets(Self.run(.inside, session)).count == 5)
    }

    @Test func `Any bytes can pass through`() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            var recorder = PacketRecorder(position: .outside)
            var writer = RecordingWriter()
            for _ in 0..<8 {
                let sender: RecordingEntry.Sender = Bool.random(using: &generator) ? .client : .server
                var bytes = ByteBuffer()
                let length = UInt8.random(in: 0..<40, using: &generator)
                bytes.writeBytes([length, 0, 0, .random(in: 0...3, using: &generator)])
                bytes.writeBytes(
                    (0..<length).map { _ in
                        [0, 1, 3, 0x0A, 0xFE, 0xFF, 0x11, 0x15, .random(in: 0...255, using: &generator)].randomElement(
                            using: &generator
                        ) ?? 0
                    }
                )
                for entry in recorder.take(bytes, from: sender) { _ = writer.text(of: entry) }
            }
            for entry in recorder.closed(by: nil) { _ = writer.text(of: entry) }
        }
    }
}
