import MySQLWire
import NIOCore
import Testing

@Suite struct RecordingTextTests {
    static let header = RecordingHeader(
        server: "9.7.4-2",
        recorder: "proxy",
        client: "mysql",
        scenario: "a scenario: with a colon",
        tls: .inside,
        capabilities: 0x0100_0001,
        notes: ["one", "two"]
    )

    static let entries: [RecordingEntry] = [
        .packet(.server, sequence: 0, payload: ByteBuffer(bytes: [0x0A, 0x39, 0x00])),
        .event(.tlsStarted),
        .packet(.client, sequence: 255, payload: ByteBuffer()),
        .packet(.server, sequence: 7, payload: ByteBuffer(bytes: (0..<100).map { UInt8($0) })),
        .packet(.server, sequence: 8, payload: ByteBuffer(repeating: 0x61, count: 0xFF_FFFF)),
        .raw(.client, ByteBuffer(string: "GET")),
        .event(.opaque("tls")),
        .event(.closed(by: .server)), .event(.closed(by: .client)), .event(.closed(by: nil)),
    ]

    @Test func `What is written is read again, and written the same`() throws {
        let recording = Recording(header: Self.header, entries: Self.entries)
        let text = RecordingWriter.text(of: recording)
        #expect(text.utf8.count < 1500, "a row of 16 MiB stays small")
        let again = try RecordingParser.parse(text)
        #expect(again == recording)
        #expect(RecordingWriter.text(of: again) == text)
    }

    @Test func `The text is what the format's description says`() {
        let recording = Recording(
            header: RecordingHeader(server: "9.7.4", recorder: "proxy"),
            entries: [
                .packet(.client, sequence: 0, payload: ByteBuffer(bytes: [0x0E])), .event(.closed(by: .client)),
            ]
        )
        #expect(
            RecordingWriter.text(of: recording) == """
                mysql-packets 1
                server: 9.7.4
                recorder: proxy
                tls: none
                redacted: authentication, passwords in statements

                C 0 0e ; authentication, redacted
                ! closed C

                """
        )
    }

    @Test func `A server's text cannot make lines of its own`() throws {
        let recording = Recording(
            header: RecordingHeader(server: "9\n! closed S\r\n\u{2028}x", recorder: "proxy"),
            entries: [
                .packet(.server, sequence: 0, payload: ByteBuffer(bytes: [0xFF, 0x15, 0x04] + Array("\n! tls\n".utf8)))
            ]
        )
        let again = try RecordingParser.parse(RecordingWriter.text(of: recording))
        #expect(again.entries == recording.entries)
    }

    @Test func `Comments and blank lines mean nothing`() throws {
        let recording = try RecordingParser.parse(
            "mysql-packets 1\nrecorder: hand\n\n; a word\nC 0 ; ping\n\n  0e ; 0f\n\nS 1 - ; nothing\n"
        )
        #expect(
            recording.entries == [
                .packet(.client, sequence: 0, payload: ByteBuffer(bytes: [0x0E])),
                .packet(.server, sequence: 1, payload: ByteBuffer()),
            ]
        )
    }

    static let bad: [(String, Int)] = [
        ("", 1), ("mysql-packets 2\n", 1), ("nonsense", 1),
        ("mysql-packets 1\nserver 9\n", 2), ("mysql-packets 1\ntls: maybe\n", 2),
        ("mysql-packets 1\ncapabilities: 12\n", 2), ("mysql-packets 1\ncapabilities: 0x1ffffffff\n", 2),
        ("mysql-packets 1\nunheard: of\n", 2),
        ("mysql-packets 1\n\nX 0 00\n", 3), ("mysql-packets 1\n\nC\n", 3), ("mysql-packets 1\n\nC 256 00\n", 3),
        ("mysql-packets 1\n\nC 0 0\n", 3), ("mysql-packets 1\n\nC 0 zz\n", 3), ("mysql-packets 1\n\nC 0 - 00\n", 3),
        ("mysql-packets 1\n\nC 0\nS 0 00\n", 3), ("mysql-packets 1\n\nC 0 ; cut off\n", 3),
        ("mysql-packets 1\n\n  00\n", 3), ("mysql-packets 1\n\nC 0 00*16777216\n", 3),
        ("mysql-packets 1\n\nC 0 00*16777215\n  00\n", 4), ("mysql-packets 1\n\n! dance\n", 3),
        ("mysql-packets 1\n\n! closed X\n", 3), ("mysql-packets 1\n\nC 0 00\nserver: late\n", 4),
    ]

    @Test(arguments: bad) func `What cannot be read is refused by its line`(text: String, line: Int) {
        #expect {
            try RecordingParser.parse(text)
        } throws: {
            ($0 as? RecordingError)?.line == line
        }
    }

    @Test func `A small file cannot fill the memory`() {
        let text = "mysql-packets 1\n\n" + String(repeating: "S 0 00*16777215\n", count: 40)
        #expect {
            try RecordingParser.parse(text)
        } throws: {
            ($0 as? RecordingError)?.line == 35
        }
    }
}
