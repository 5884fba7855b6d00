import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One direction of a ``CuttingProxy``'s connection: reads on when the other side has taken what was read.
final class CuttingPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private var rest: Int?

    init(to other: any Channel, budget: Int?) {
        self.other = other
        rest = budget
    }

    func channelActive(context: ChannelHandlerContext) {
        context.read()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let source = context.channel
        if let rest {
            guard bytes.readableBytes < rest else { return cut(context, bytes.readSlice(length: rest)) }
            self.rest = rest - bytes.readableBytes
        }
        other.writeAndFlush(bytes).whenComplete { result in
            switch result {
            case .success: source.read()
            case .failure: source.close(promise: nil)
            }
        }
    }

    private func cut(_ context: ChannelHandlerContext, _ last: ByteBuffer?) {
        let (other, source) = (other, context.channel)
        let isHard = (rest ?? 0) % 2 == 0
        other.writeAndFlush(last ?? ByteBuffer()).whenComplete { _ in
            let options = isHard ? other as? any SocketOptionProvider : nil
            let ready = options?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            (ready ?? other.eventLoop.makeSucceededVoidFuture()).whenComplete { _ in
                other.close(promise: nil)
                source.close(promise: nil)
            }
        }
        rest = 0
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
