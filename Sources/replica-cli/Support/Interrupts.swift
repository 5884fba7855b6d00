import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and the other ways of being told to stop.
///
/// The first signal cancels the command: an operation stops before its next step, a drill stops its servers. The
/// second ends the program at once.
final class Interrupts: Sendable {
    private struct State {
        var count = 0
        var cancel: (@Sendable () -> Void)?
        /// How many waits for a person or a pipe are under way, which no cancellation can end.
        var waits = 0
    }

    static let shared = Interrupts()
    private let state = Mutex(State())

    /// Takes over SIGINT, SIGTERM and SIGHUP, and makes writing to a closed pipe an error instead of a death. A signal
    /// that this program was started to ignore, as nohup starts it, stays ignored.
    func install() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] where !Self.isIgnored(number) {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler { self.received() }
            source.resume()
            // It lives as long as the process.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // A function pointer cannot be compared: SIG_IGN is the address 1.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    var isInterrupted: Bool { state.withLock { $0.count > 0 } }

    /// - Parameter cancel: run at the first signal, or now, where that has come already.
    func onInterrupt(_ cancel: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.cancel = cancel
            return state.count > 0
        }
        if isLate { cancel() }
    }

    /// Runs a call that blocks and changes nothing: the first signal ends the program there.
    func duringWait<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        state.withLock { $0.waits += 1 }
        defer { state.withLock { $0.waits -= 1 } }
        return try body()
    }

    /// The same for a wait for a person. A signal that came just before ends the program too: nobody would answer, and
    /// the task's cancellation is only seen afterwards.
    func duringQuestion<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try duringWait { () throws(Failure) in
            if isInterrupted { end() }
            return try body()
        }
    }

    private func received() {
        let (isFirst, cancel) = state.withLock { state in
            state.count += 1
            return (state.count == 1 && state.waits == 0, state.cancel)
        }
        let wasAsking = TerminalRestore.run()
        if isFirst, !wasAsking, let cancel { return cancel() }
        end()
    }

    private func end() -> Never {
        _ = TerminalRestore.run()
        StandardError.line("")
        _exit(CLIStatus.interrupted.rawValue)
    }
}
