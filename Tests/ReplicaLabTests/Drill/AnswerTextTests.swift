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

    @Test("is the value, the columns that matter, or a number of rows")
    func describes() {
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [[nil]])) == "NULL")
        #expect(AnswerText.describe(MySQLResult(columns: ["a", "b"], rows: [["1", nil]])) == "a: 1, b: NULL")
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [["1"], ["2"]])) == "2 rows")
        #expect(AnswerText.describe(MySQLResult(columns: ["a"], rows: [])) == "empty set")
        #expect(AnswerText.describe(MySQLResult(columns: [], rows: [])) == "OK")
    }
}
