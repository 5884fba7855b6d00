import MySQLWire
import Testing

@testable import replica_cli

@Suite struct QueryFailureTests {
    @Test func `a lost connection has the number that mysql gives it`() {
        let error = MySQLError(.connectionClosed, phase: .rows, fate: .maybeExecuted, message: "gone")
        #expect(text(error) == "ERROR 2013 (HY000) at line 3: Lost connection to MySQL server during query")
        #expect(text(MySQLError(.timedOut, phase: .rows, message: "late")) == nil)
    }

    @Test func `a message in another character set keeps its bytes`() {
        var server = MySQLError.Server(number: 1146, sqlState: "42S02", message: "n\u{FFFD}")
        server.rawMessage = [0x6E, 0xF6]
        let error = MySQLError(.server, phase: .command, message: "", server: server)
        #expect(QueryFailure.line(error, atLine: 1) == Array("ERROR 1146 (42S02) at line 1: n".utf8) + [0xF6])
    }

    private func text(_ error: MySQLError) -> String? {
        QueryFailure.line(error, atLine: 3).map { String(decoding: $0, as: UTF8.self) }
    }
}
