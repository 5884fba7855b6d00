import Testing

@testable import replica_cli

@Suite struct ArgumentsTests {
    @Test func `a password without a value is asked for, as in mysql`() {
        #expect(Arguments.prepared(["query", "--password", "db1", "x"]) == ["query", "--ask-password", "db1", "x"])
        #expect(Arguments.prepared(["-p", "-psecret"]) == ["--ask-password", "--password=secret"])
        let comment = Arguments.prepared(["query", "-- x\nselect 1"])
        #expect(comment.map(Arguments.plain) == ["query", "-- x\nselect 1"])
        #expect(!comment[1].hasPrefix("-") && comment[1].last == "1")
        #expect(Arguments.prepared(["-h"]) == ["--help"])
        #expect(Arguments.prepared(["status", "-h", "db1"]) == ["status", "-h", "db1"])
        #expect(Arguments.prepared(["--password=x", "--", "-p"]) == ["--password=x", "--", "-p"])
    }

    @Test(arguments: [
        ("--password=secret", "secret"), ("-psecret", "secret"), ("mysql://u:secret@h/d", "secret"),
        ("source=mysql://u:a@b@h", "a@b"), ("mysql://u@h:3306", nil), ("--port", nil), ("--password=", nil), ("é", nil),
    ])
    func `the place of a password in an argument is known`(argument: String, password: String?) {
        let range = Arguments.passwordRange(argument)
        #expect(range.map { String(decoding: Array(argument.utf8)[$0], as: UTF8.self) } == password)
    }
}
