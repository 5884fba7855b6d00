import Glibc
import Testing

@testable import replica_cli

/// Each in a process of its own, since that is what ends.
@Suite(.timeLimit(.minutes(1))) struct InterruptsTests {
    @Test func `a signal that comes just before a question ends the program, which nobody would answer`() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Self.install()
            kill(getpid(), SIGINT)
            while !Interrupts.shared.isInterrupted { usleep(1_000) }
            Interrupts.shared.duringQuestion { _ = sleep(30) }
        }
    }

    @Test func `one during a question too`() async {
        await #expect(processExitsWith: .exitCode(130)) {
            Self.install()
            Interrupts.shared.duringQuestion {
                kill(getpid(), SIGINT)
                _ = sleep(30)
            }
        }
    }

    @Test func `elsewhere the first only cancels, and output that is under way is still written`() async {
        await #expect(processExitsWith: .exitCode(7)) {
            Self.install()
            kill(getpid(), SIGINT)
            while !Interrupts.shared.isInterrupted { usleep(1_000) }
            Interrupts.shared.duringWait { exit(7) }
        }
    }

    /// Returns when the signals are taken: until then they are ignored.
    private static func install() {
        Interrupts.shared.install()
        Interrupts.shared.onInterrupt {}
        var action = sigaction()
        repeat {
            usleep(1_000)
            sigaction(SIGINT, nil, &action)
        } while unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
    }
}
