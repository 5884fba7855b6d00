import Glibc

/// Asks a person before something is changed.
enum Confirmation {
    /// Returns where the answer is yes.
    ///
    /// - Throws: exit status 2 for any other answer, and where standard input is no terminal: a script that waits for
    ///   an answer nobody gives would hang.
    static func require(_ question: String) throws(CLIFailure) {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CLIFailure(
                .declined,
                "nothing was changed: nobody can be asked here; add --yes to carry the plan out, or --dry-run to only see it"
            )
        }
        StandardError.write("\(TerminalText.escaped(question)) [y/N] ")
        let answer = Interrupts.shared.duringQuestion { readLine() } ?? ""
        guard ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace }) else {
            throw CLIFailure(.declined, "nothing was changed")
        }
    }
}
