import Glibc

/// Messages, prompts, progress: everything that is not data.
enum StandardError {
    /// Prints a line. A standard error that cannot be written to is not worth an error.
    static func line(_ text: String) {
        write(text + "\n")
    }

    /// The same with text in whichever character set.
    static func line(_ bytes: [UInt8]) {
        (bytes + [UInt8(ascii: "\n")]).withUnsafeBytes(write)
    }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
            if written > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[written...]) }
            if written <= 0, errno != EINTR { return }
        }
    }

    static func warning(_ text: String) {
        line("replica-cli: warning: \(TerminalText.escaped(text))")
    }
}
