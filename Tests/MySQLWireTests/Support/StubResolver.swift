import NIOCore
import NIOPosix

/// A resolver that knows every name, after a while, or never answers.
final class StubResolver: Resolver, Sendable {
    struct GivenUp: Error {}

    private let eventLoop: any EventLoop
    private let address: SocketAddress?
    private let delay: TimeAmount
    private let v4: EventLoopPromise<[SocketAddress]>
    private let v6: EventLoopPromise<[SocketAddress]>

    /// - Parameters:
    ///   - address: of every name; nil for no answer at all.
    ///   - delay: how long the answer takes.
    init(eventLoop: any EventLoop, address: SocketAddress?, after delay: TimeAmount = .zero) {
        self.eventLoop = eventLoop
        self.address = address
        self.delay = delay
        v4 = eventLoop.makePromise()
        v6 = eventLoop.makePromise()
    }

    deinit { cancelQueries() }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        if let address {
            eventLoop.scheduleTask(in: delay) { [v4, v6] in
                v6.succeed([])
                v4.succeed([address])
            }
        }
        return v6.futureResult
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v4.futureResult }

    func cancelQueries() {
        v4.fail(GivenUp())
        v6.fail(GivenUp())
    }
}
