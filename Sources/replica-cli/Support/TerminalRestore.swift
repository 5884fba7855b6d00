import Glibc
import Synchronization

/// Gives the terminal its echo back when a signal ends the program in the middle of a password.
enum TerminalRestore {
    // Safety: termios is a plain value without pointers.
    private struct Saved: @unchecked Sendable {
        var descriptor: Int32
        var state: termios
    }

    private static let saved = Mutex<Saved?>(nil)

    static func arm(_ descriptor: Int32, _ state: termios) {
        saved.withLock { $0 = Saved(descriptor: descriptor, state: state) }
    }

    static func disarm() {
        saved.withLock { $0 = nil }
    }

    /// Called on the signal thread, not inside a signal handler.
    ///
    /// - Returns: whether a password was being asked for.
    static func run() -> Bool {
        saved.withLock { entry in
            guard var current = entry else { return false }
            tcsetattr(current.descriptor, TCSANOW, &current.state)
            entry = nil
            return true
        }
    }
}
