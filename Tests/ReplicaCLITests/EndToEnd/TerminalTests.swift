import TestSupport
import Testing

@Suite(.enabled(if: PseudoTerminal.isAvailable, "no script(1) to make a terminal with")) struct TerminalTests {
    @Test func `a password is asked for without an echo`() async throws {
        let (status, shown) = try await PseudoTerminal.run(
            ["query", "--password", "root@127.0.0.1:1", "select 1"],
            typing: [(after: "Password of root", text: "hunter2\n")]
        )
        #expect(status == 5)
        #expect(shown.contains("Password of root (root@127.0.0.1:1): "))
        #expect(!shown.contains("hunter2"))
    }

    @Test func `Ctrl-C while a password is asked for ends it with 130`() async throws {
        let (status, _) = try await PseudoTerminal.run(
            ["query", "--password", "root@127.0.0.1:1", "select 1"],
            typing: [(after: "Password of root", text: "\u{3}")]
        )
        #expect(status == 130)
    }

    @Test func `Ctrl-C while SQL is typed ends it with 130`() async throws {
        let (status, _) = try await PseudoTerminal.run(
            ["query", "127.0.0.1:1"],
            typing: [(after: "Ctrl-D", text: "\u{3}")]
        )
        #expect(status == 130)
    }
}
