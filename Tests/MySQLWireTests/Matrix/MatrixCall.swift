import MySQLWire
import Testing

/// One call of the library's, and the packets by which ``ModelSession`` answers it.
struct MatrixCall: Sendable, CustomTestStringConvertible {
    /// An answer of another statement, or a part of one that was taken for the whole.
    struct WrongAnswer: Error {
        let found: String
    }

    var testDescription: String
    let packets: Int
    /// Those of a statement: KILL QUERY ends nothing else.
    var killable: Range<Int>
    var usesPool = false
    /// A statement of it that must reach the server once, and never again.
    var text: String?
    /// What follows on it where the connection goes on.
    var follows: String?
    let run: @Sendable (MatrixTarget) async throws -> Void

    init(
        _ name: String,
        packets: Int,
        killable: Range<Int>? = nil,

        text: String? = nil,
        follows: String? = nil,
        run: @escaping @Sendable (MatrixTarget) async throws -> Void
    ) {
        testDescription = name
        self.packets = packets
        self.killable = killable ?? 0..<packets

        self.text = text
        self.follows = follows
        self.run = run
    }

    static func check(_ rows: [[String?]], _ expected: [[String?]]) throws {
        guard rows == expected else { throw WrongAnswer(found: "\(rows)") }
    }

    static func check(_ result: MySQLResult, _ expected: [[String?]] = ModelSession.rows) throws {
        try check(result.rows.map(\.strings), expected)
    }

    /// Each row is looked at when it comes: also those before an error have to be right.
    static func read(_ rows: MySQLRows, _ expected: [[String?]] = ModelSession.rows) async throws {
        var count = 0
        for try await batch in rows {
            for row in batch {
                guard count < expected.count else { throw WrongAnswer(found: "\(row.strings) too many") }
                try check([row.strings], [expected[count]])
                count += 1
            }
        }
        guard count == expected.count else { throw WrongAnswer(found: "\(count) rows") }
    }
}
