import Glibc
import MySQLWire

/// Asks for a password on the terminal, whatever standard input and output are.
enum PasswordPrompt {
    /// - Parameter instead: what to use where there is no terminal.
    static func ask(
        _ question: String,
        instead: String = "--password-file, MYSQL_PWD or an option file"
    ) throws(CLIFailure) -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw .usage("no terminal to ask for the password on: use \(instead)") }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw .usage("the terminal cannot be asked for a password") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        TerminalRestore.arm(terminal, before)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            TerminalRestore.disarm()
            write(terminal, "\n")
        }
        write(terminal, TerminalText.escaped(question))
        return Secret(
            try Interrupts.shared.duringQuestion { () throws(CLIFailure) in try line(from: terminal) }
        )
    }

    private static func line(from terminal: Int32) throws(CLIFailure) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else {
                if bytes.isEmpty { throw CLIFailure(.declined, "no password was entered") }
                break
            }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ terminal: Int32, _ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(terminal, $0.baseAddress, $0.count) }
    }
}
