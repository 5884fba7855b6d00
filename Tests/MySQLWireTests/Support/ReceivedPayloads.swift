import NIOCore
import Synchronization

/// What a scripted server got of the client, payload by payload.
final class ReceivedPayloads: Sendable {
    private let payloads = Mutex<[ByteBuffer]>([])
    /// Waits for one, and keeps it.
    var step: ScriptedServer.Step { .inspect { payload in self.payloads.withLock { $0.append(payload) } } }
    var all: [[UInt8]] { payloads.withLock { $0.map { Array(buffer: $0) } } }

    /// Waits for one, keeps it, and answers.
    func answering(_ answer: ByteBuffer) -> [ScriptedServer.Step] { [step, .bytes(answer)] }
}
