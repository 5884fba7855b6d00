import ArgumentParser
import Glibc
import MySQLWire

/// Runs a parsed command and turns whatever comes out of it into an exit status and at most one line.
enum CommandRunner {
    /// Ends the process.
    static func run(_ arguments: [String]) async -> Never {
        Interrupts.shared.install()
        if arguments.isEmpty {
            StandardError.line(ReplicaCLI.helpMessage())
            exit(CLIStatus.usage.rawValue)
        }
        do {
            try CommandName.check(arguments)
            let command = try ReplicaCLI.parseAsRoot(Arguments.prepared(arguments))
            let task = Task { try await Self.execute(command) }
            Interrupts.shared.onInterrupt { task.cancel() }
            let mayBeInterrupted = try await task.value
            let wasCut = Interrupts.shared.isInterrupted && !mayBeInterrupted
            exit(wasCut ? CLIStatus.interrupted.rawValue : 0)
        } catch {
            exit(report(error))
        }
    }

    /// - Returns: whether the command's success counts also after Ctrl-C.
    private static func execute(_ command: any ParsableCommand) async throws -> Bool {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
        return command is any DecidesItsEnd
    }

    /// Says what went wrong, once.
    static func report(_ error: any Error) -> Int32 {
        if Interrupts.shared.isInterrupted {
            // An operation that stopped halfway must not look like one that changed nothing.
            let failure = error as? CLIFailure
            StandardError.line("replica-cli: interrupted" + (failure?.message.map { ": \($0)" } ?? ""))
            return (failure?.status == .incomplete ? CLIStatus.incomplete : .interrupted).rawValue
        }
        switch error {
        case let failure as CLIFailure:
            if let message = failure.message { StandardError.line("replica-cli: \(message)") }
            for detail in failure.details { StandardError.line("  \(TerminalText.escaped(detail))") }
            return failure.status.rawValue
        case let error as MySQLError:
            StandardError.line("replica-cli: \(TerminalText.escaped(error.description))")
            return CLIStatus(error).rawValue
        case is CancellationError: return CLIStatus.interrupted.rawValue
        case ByteSink.Failure.closed: return endByBrokenPipe()
        case ByteSink.Failure.failed(let number):
            StandardError.line("replica-cli: cannot write the output: \(String(cString: strerror(number)))")
            return CLIStatus.failed.rawValue
        default: return reportParsing(error)
        }
    }

    /// Whoever read the output has gone: die as `cat` does, without a word.
    private static func endByBrokenPipe() -> Int32 {
        signal(SIGPIPE, SIG_DFL)
        kill(getpid(), SIGPIPE)
        return CLIStatus.failed.rawValue
    }

    /// Help and version are what was asked for: they count as output that may fail.
    private static func showHelp(_ text: String) -> Int32 {
        let sink = ByteSink()
        do {
            try sink.write(text + "\n")
            try sink.flush()
            return 0
        } catch { return report(error) }
    }

    private static func reportParsing(_ error: any Error) -> Int32 {
        let code = ReplicaCLI.exitCode(for: error)
        if code.isSuccess {
            return showHelp(ReplicaCLI.fullMessage(for: error))
        }
        if code == .validationFailure {
            let message = ReplicaCLI.message(for: error)
            StandardError.line("replica-cli: \(TerminalText.escaped(message)) (see replica-cli help)")
            return CLIStatus.usage.rawValue
        }
        if !(error is ExitCode) { StandardError.line("replica-cli: \(TerminalText.escaped("\(error)"))") }
        return code.rawValue
    }
}

/// A command whose exit status is its own also after Ctrl-C: because that is its proper end, or because an operation
/// that was past its point of no return went on and was done.
protocol DecidesItsEnd {}
