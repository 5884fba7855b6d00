import Glibc
import Synchronization

/// Text that appears while work goes on, from any thread.
///
/// A reader that goes away must not stop the work, which may be in the middle of a promotion: what cannot be written
/// then is dropped.
final class LiveOutput: Sendable {
    private let descriptor: Int32
    private let isClosed = Mutex(false)

    init(descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
    }

    func write(_ text: String) {
        isClosed.withLock { isClosed in
            guard !isClosed else { return }
            let sink = ByteSink(descriptor: descriptor, capacity: 4096)
            do {
                try sink.write(text)
                try sink.flush()
            } catch { isClosed = true }
        }
    }
}
