import Glibc

/// Messages, prompts, progress: everything that is not data.
enum StandardError {
    /// Prints a line. A standard error that cannot be written to is not worth an error.
    static func line(_ text: String) {
        write(text + "\n")
    }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                if written > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[written...]) }
                if written <= 0, errno != EINTR { return }
            }
        }
    }

    static func warning(_ text: String) {
        line("replica-cli: warning: \(TerminalText.escaped(text))")
    }
}
