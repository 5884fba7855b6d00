import Testing

@testable import ReplicaLab

@Suite("A command line to be copied")
struct ShellTextTests {
    @Test(
        "has quotes where they are needed",
        arguments: [
            (["mysql", "--defaults-file=/tmp/a.cnf"], "mysql --defaults-file=/tmp/a.cnf"),
            (
                ["/opt/my sql/mysql", "--defaults-file=/tmp/it's"],
                "'/opt/my sql/mysql' '--defaults-file=/tmp/it'\\''s'"
            ),
            (["a", ""], "a ''"),
        ]
    )
    func quotes(words: [String], line: String) {
        #expect(ShellText.words(words) == line)
    }

    @Test("names the client that there is, and else this program")
    func client() {
        let program = ServerProgram(path: "/nonexistent/bin/mysqld", version: "9")
        let named = ClientProgram.command(beside: program, environment: ["REPLICA_MYSQL": "/bin/sh"])
        #expect(named == ["/bin/sh"])
        let own = ClientProgram.command(beside: program, environment: ["PATH": "/nonexistent"])
        #expect(own.count == 2 && own[0].hasPrefix("/") && own[1] == "query")
    }
}
