import Glibc

/// Where the SQL of `query` comes from.
enum StatementInput {
    /// All of standard input. A terminal is read as well, until Ctrl-D.
    static func standardInput() throws(CLIFailure) -> String {
        if isatty(STDIN_FILENO) == 1 { StandardError.line("type SQL; Ctrl-D on a line of its own ends it") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Interrupts.shared.duringQuestion { read(STDIN_FILENO, &chunk, chunk.count) }
            if count > 0 { bytes += chunk[..<count] } else if count == 0 { break }
            if count < 0, errno != EINTR {
                throw CLIFailure(.failed, "cannot read standard input: \(String(cString: strerror(errno)))")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .usage("standard input is not UTF-8 text; give such values as literals, x'…'")
        }
        return text
    }
}
