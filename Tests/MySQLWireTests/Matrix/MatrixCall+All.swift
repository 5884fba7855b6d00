import MySQLWire
import NIOCore

extension MatrixCall {
    /// Statements, and the ways to ask for them.
    static let statements: [MatrixCall] = [
        MatrixCall("collect of text", packets: 12, text: "SELECT twelve") {
            try check(await $0.collect("SELECT twelve"))
        },
        MatrixCall("query of text", packets: 12, text: "SELECT twelve") { target in
            try await target.withConnection { try await read(try await $0.query("SELECT twelve")) }
        },
        MatrixCall("collect of a statement with a value", packets: 17, killable: 5..<17, text: "SELECT twelve") {
            try check(await $0.collect("SELECT twelve \(1)"))
        },
        MatrixCall("query of a statement with a value", packets: 17, killable: 5..<17, text: "SELECT twelve") {
            target in
            try await target.withConnection { try await read(try await $0.query("SELECT twelve \(1)")) }
        },
        MatrixCall("prepare", packets: 6, killable: 0..<0, text: "SELECT twelve") { target in
            try await target.withConnection { connection in
                let statement = try await connection.prepare("SELECT twelve ?, ?")
                guard statement.parameterCount == 2, statement.columnCount == 3 else {
                    throw WrongAnswer(found: "\(statement.parameterCount), \(statement.columnCount)")
                }
            }
        },
        MatrixCall("collect of several results", packets: 10, text: "CALL") {
            try check(await $0.collect("CALL p()"), ModelSession.results[0])
        },
        MatrixCall("query of several results", packets: 10, text: "CALL") { target in
            try await target.withConnection { connection in
                let first = try await connection.query("CALL p()")
                try await read(first, ModelSession.results[0])
                let second = try await first.nextResult()
                guard let second else { throw WrongAnswer(found: "one result") }
                try await read(second, ModelSession.results[1])
                guard let last = try await second.nextResult(), last.columns.isEmpty else {
                    throw WrongAnswer(found: "no OK at the end")
                }
            }
        },
        MatrixCall("execute with a LOCAL INFILE", packets: 2, text: "LOAD DATA") { target in
            try await target.withConnection { connection in
                let file = MySQLLocalInfile(bytes: [1, 2, 3])
                let load = "LOAD DATA LOCAL INFILE 'x' INTO TABLE t"
                let completion = try await connection.execute(sql: load, localInfile: file)
                guard completion != MySQLCompletion() else { throw WrongAnswer(found: "no OK") }
            }
        },
        MatrixCall("withTransaction", packets: 14, text: "SELECT twelve", follows: "ROLLBACK") { target in
            try await target.withTransaction { try check(await $0.collect("SELECT twelve")) }
        },
    ]

    /// Commands that are no statements.
    static let commands: [MatrixCall] = [
        MatrixCall("ping", packets: 1, killable: 0..<0) { try await $0.withConnection { try await $0.ping() } },
        MatrixCall("selectDatabase", packets: 1, killable: 0..<0) {
            try await $0.withConnection { try await $0.selectDatabase("d") }
        },
        MatrixCall("statistics", packets: 1, killable: 0..<0) { target in
            try await target.withConnection { connection in
                let text = try await connection.statistics()
                guard text == ModelSession.statistics else { throw WrongAnswer(found: text) }
            }
        },
        MatrixCall("allowSeveralStatements", packets: 1, killable: 0..<0) {
            try await $0.withConnection { try await $0.allowSeveralStatements(true) }
        },
        MatrixCall("reset", packets: 2, killable: 1..<2) { try await $0.withConnection { try await $0.reset() } },
        MatrixCall("changeUser", packets: 3, killable: 2..<3) {
            try await $0.withConnection { try await $0.changeUser("other", password: Secret("x")) }
        },
        MatrixCall("binaryLogEvents", packets: 5, killable: 0..<1) { target in
            try await target.withConnection { connection in
                let events = try await connection.binaryLogEvents(file: "b.1", position: 4, serverID: 9)
                var count = 0
                for try await event in events {
                    guard count < 3, Array(buffer: event) == ModelSession.events[count] else {
                        throw WrongAnswer(found: "\(event)")
                    }
                    count += 1
                }
                guard count == 3 else { throw WrongAnswer(found: "\(count) events") }
            }
        },
    ]

    /// The same statements over a pool.
    static let pooled: [MatrixCall] = statements.map { call in
        var pooled = call
        pooled.usesPool = true
        pooled.testDescription += ", pool"
        return pooled
    }
}
