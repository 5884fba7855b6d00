import Testing

@testable import replica_cli

@Suite struct CommandNameTests {
    @Test(arguments: [("stauts", "status"), ("qeury", "query"), ("rejion", "rejoin"), ("compar", "compare")])
    func `a slip of the keyboard is answered with the command that was meant`(typed: String, meant: String) {
        let error = #expect(throws: CLIFailure.self) { try CommandName.check([typed, "x"]) }
        #expect(error?.status == .usage)
        #expect(error?.message?.contains("did you mean '\(meant)'?") == true)
    }

    @Test func `any other word is answered with all commands`() {
        let error = #expect(throws: CLIFailure.self) { try CommandName.check(["banana"]) }
        #expect(error?.message?.contains("did you mean") == false)
        #expect(error?.message?.contains("switchover") == true)
    }

    @Test(arguments: [[], ["status"], ["help"], ["--version"], ["-h"]])
    func `what may be right goes to the parser`(arguments: [String]) throws {
        try CommandName.check(arguments)
    }
}
