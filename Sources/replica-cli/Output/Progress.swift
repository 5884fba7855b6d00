import Glibc
import Synchronization

/// One line on standard error that says how far long work is. Nothing where that is no terminal.
final class Progress: Sendable {
    private let isShown: Bool
    private let width: Int
    private let last = Mutex(ContinuousClock.Instant?.none)

    init() {
        let terminal = Terminal.of(descriptor: STDERR_FILENO)
        isShown = terminal.isTerminal
        width = terminal.width ?? 80
    }

    /// Shows the text in place of the one before; at most ten times a second.
    func update(_ text: String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let earlier = last, now - earlier < .milliseconds(100) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        StandardError.write("\r\u{1B}[K" + TerminalText.truncated(TerminalText.escaped(text), to: max(1, width - 1)))
    }

    func clear() {
        let wasShown = last.withLock { last in
            defer { last = nil }
            return last != nil
        }
        if wasShown { StandardError.write("\r\u{1B}[K") }
    }
}
