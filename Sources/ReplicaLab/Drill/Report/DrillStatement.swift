/// One statement of the drill: which server got it, and what came back. Holds no password.
package struct DrillStatement: Sendable, Equatable {
    package var server: String
    package var sql: String
    /// What came back, in a few words: `1 row affected`, `ERROR 1290 (HY000): …`.
    package var answer: String

    package init(server: String, sql: String, answer: String) {
        self.server = server
        self.sql = sql
        self.answer = answer
    }
}
