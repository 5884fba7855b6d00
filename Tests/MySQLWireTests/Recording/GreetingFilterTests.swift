import MySQLWire
import NIOCore
import Testing

@Suite struct GreetingFilterTests {
    private static let hidden: CapabilityFlags = [.ssl, .deprecateEOF]

    @Test func `Flags of both halves are gone, and nothing else is changed, however it arrives`() throws {
        let greeting = SampleSession.framed(0, SampleSession.greeting())
        var behind = greeting
        behind.writeString("more")
        for cut in 0...greeting.readableBytes {
            var filter = GreetingFilter(hidden: Self.hidden)
            var passed = ByteBuffer()
            for (start, end) in [(0, cut), (cut, behind.readableBytes)] {
                guard let part = behind.getSlice(at: start, length: end - start) else { continue }
                if let bytes = filter.pass(part) { passed.writeImmutableBuffer(bytes) }
            }
            #expect(passed.readableBytes == behind.readableBytes)
            let payload = try #require(passed.getSlice(at: 4, length: greeting.readableBytes - 4))
            let flags = try HandshakeV10.decode(payload).capabilities
            #expect(flags == SampleSession.capabilities.subtracting(Self.hidden))
            let changed = zip(passed.readableBytesView, behind.readableBytesView).filter { $0 != $1 }
            #expect(changed.count == 2)
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2p1\r\n", "", "\u{5}\0\0\0\u{A}9.7"])
    func `What is no greeting passes as it is`(text: String) {
        var filter = GreetingFilter(hidden: Self.hidden)
        var passed = filter.pass(ByteBuffer(string: text)) ?? ByteBuffer()
        if let rest = filter.finish() { passed.writeImmutableBuffer(rest) }
        #expect(passed == ByteBuffer(string: text))
    }
}
