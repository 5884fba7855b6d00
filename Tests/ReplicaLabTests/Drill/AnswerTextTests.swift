import MySQLWire
import Testing

@testable import ReplicaLab

@Suite("What a server answered, in a few words")
struct AnswerTextTests {
    @Test("holds no password")
    func redacts() {
        let info = MySQLResult(columns: ["User_name", "User_password"], rows: [["repl", "s3cret"]])
        #expect(AnswerText.describe(info) == "User_name: repl, User_password: <redacted>")
        let alone = MySQLResult(columns: ["authentication_string"], rows: [["s3cret"]])
        #expect(AnswerText.describe(alone) == "authentication_string: <redacted>")
    }

    @Test("never tells 0 seconds of a replica that has lost its source")
    func lag() {
        let columns = ["Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source"]
        func text(_ receiver: String) -> String {
            AnswerText.describe(MySQLResult(columns: columns, rows: [[receiver, "Yes", "0"]]))
        }
        #expect(text("Connecting").hasSuffix("Seconds_Behind_Source: unknown"))
        #expect(text("Yes").hasSuffix("Seconds_Behind_Source: 0"))
    }

    @Test("is the value, the columns that matter, or a number of rows")
    func describes() {
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [[nil]])) == "NULL")
        #expect(AnswerText.describe(MySQLResult(columns: ["a", "b"], rows: [["1", nil]])) == "a: 1, b: NULL")
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [["1"], ["2"]])) == "2 rows")
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [])) == "empty set")
        #expect(AnswerText.describe(MySQLResult(columns: [], rows: [])) == "OK")
    }
}
