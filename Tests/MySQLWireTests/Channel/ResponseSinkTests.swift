import NIOCore
import NIOEmbedded
import Testing

@testable import MySQLWire

@Suite(.timeLimit(.minutes(1))) struct ResponseSinkTests {
    @Test func `events without rows fill it too`() {
        let columns = MySQLColumns((0..<100).map { ColumnDefinition(name: "column \($0)") })
        for event in [
            ResponseSink.Event.completed(MySQLCompletion(), isLast: false), .columns(columns), .packet(ByteBuffer()),
        ] {
            var pushed = 0
            let sink = ResponseSink(mode: .stream)
            while pushed < 100_000, case .more = sink.push(event) { pushed += 1 }
            #expect(pushed < 10_000)
        }
    }

    /// Pushes until a consumer waits although something is there.
    private func owe(_ sink: ResponseSink) async {
        let empty = ResponseSink.Event.completed(MySQLCompletion(), isLast: false)
        while !sink.isOwedWake {
            _ = sink.push(empty)
            await Task.yield()
        }
    }

    @Test func `a consumer is woken also where the one before it was about to be`() async throws {
        let (channel, handler) = try LoggedInChannel.make()
        let sinks = [ResponseSink(mode: .stream), ResponseSink(mode: .stream)]
        let consumers = sinks.map { sink in
            Task { while case let event = await sink.next(resume: {}), !event.isTerminal {} }
        }
        handler.submit(PendingRequest(id: 1, command: .query("a"), sink: sinks[0], timeout: nil))
        await owe(sinks[0])
        handler.resume(1)
        try channel.writeInbound(ByteBuffer(bytes: PacketFramerTests.packet(1, ConnectionMachineTests.ok)))
        await consumers[0].value
        handler.submit(PendingRequest(id: 2, command: .query("b"), sink: sinks[1], timeout: nil))
        await owe(sinks[1])
        handler.resume(2)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!sinks[1].isOwedWake)
        handler.fail(MySQLError(.cancelled, phase: .idle, message: ""))
        await consumers[1].value
    }
}
