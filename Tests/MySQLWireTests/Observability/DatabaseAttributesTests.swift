import NIOCore
import Testing
import Tracing

@testable import MySQLWire

/// The names and values of OpenTelemetry's conventions.
@Suite struct DatabaseAttributesTests {
    private let server = ObservedServer(.tcp(host: "db.example.org", port: 3307))

    @Test func `a statement with values`() throws {
        let operation = ObservedOperation(
            .statementExecute(StatementExecute(statementID: 1, parameters: [.text("secret")])),
            of: "SELECT 'x' FROM products WHERE name = ?",
            queryText: .withParameters
        )
        let peer = try SocketAddress(ipAddress: "192.0.2.1", port: 3307)
        let server = server.connected(to: peer, version: "11.8.2-MariaDB")
        #expect(DatabaseAttributes.spanName(operation, on: server) == "SELECT products")
        #expect(
            DatabaseAttributes.span(operation, on: server, namespace: "shop") == [
                "db.system.name": "mariadb",
                "db.namespace": "shop",
                "db.operation.name": "SELECT",
                "db.collection.name": "products",
                "db.query.summary": "SELECT products",
                "db.query.text": "SELECT ? FROM products WHERE name = ?",
                "server.address": "db.example.org",
                "server.port": .int64(3307),
                "network.peer.address": "192.0.2.1",
                "network.peer.port": .int64(3307),
            ]
        )
    }

    @Test(arguments: [
        (MySQLObservability.QueryText.never, false, false),
        (.withParameters, true, false),
        (.always, true, true),
    ])
    func `a text is there as far as it is wanted`(
        queryText: MySQLObservability.QueryText,
        withValues: Bool,
        without: Bool
    ) {
        let execute = Command.statementExecute(StatementExecute(statementID: 1, parameters: []))
        #expect((ObservedOperation(execute, of: "DO ?", queryText: queryText).text == "DO ?") == withValues)
        let prepare = ObservedOperation(.statementPrepare("DO ?"), of: nil, queryText: queryText)
        #expect((prepare.text == "DO ?") == withValues)
        #expect(prepare.name == "PREPARE" && prepare.summary == "PREPARE DO")
        #expect((ObservedOperation(.query("DO 1"), of: nil, queryText: queryText).text == "DO ?") == without)
    }

    @Test func `a command without a text is called as the manual calls it`() {
        let ping = ObservedOperation(.ping, of: nil, queryText: .always)
        #expect(DatabaseAttributes.spanName(ping, on: server) == "COM_PING db.example.org:3307")
        let socket = ObservedServer(.unixSocket(path: "/tmp/my.sock"))
        #expect(DatabaseAttributes.spanName(ping, on: socket) == "COM_PING /tmp/my.sock")
        let nothing = ObservedOperation(.query("hunter2"), of: nil, queryText: .never)
        #expect(DatabaseAttributes.spanName(nothing, on: socket) == "mysql")
        #expect(
            DatabaseAttributes.span(ping, on: socket, namespace: nil) == [
                "db.system.name": "mysql", "db.operation.name": "COM_PING", "server.address": "/tmp/my.sock",
            ]
        )
    }

    @Test func `an account that is changed to leaves no trace of itself`() {
        let account = ChangeUserCommand.Account(username: "somebody", password: Secret("hunter2"), database: "d")
        let operation = ObservedOperation(.changeUser(account), of: nil, queryText: .always)
        #expect(operation == ObservedOperation(name: "COM_CHANGE_USER"))
    }

    @Test func `an error is its number, or else the name of its code`() {
        let packet = MySQLError.Server(number: 1062, sqlState: "23000", message: "Duplicate entry 'hunter2'")
        let error = MySQLError(.server, phase: .command, fate: .rejected, message: packet.message, server: packet)
        #expect(
            DatabaseAttributes.span(error) == ["db.response.status_code": "1062", "error.type": "1062"]
        )
        let late = MySQLError(.timedOut, phase: .command, fate: .maybeExecuted, message: "hunter2")
        #expect(DatabaseAttributes.span(late) == ["error.type": "timedOut"])
        for error in [error, late] {
            let told = error.withoutForeignText
            #expect(!"\(told) \(told.message) \(String(reflecting: told))".contains("hunter2"))
            #expect((told.code, told.phase, told.fate) == (error.code, error.phase, error.fate))
            #expect(told.server?.number == error.server?.number)
        }
    }

    @Test func `a metric has no dimension with many values`() {
        let operation = ObservedOperation(.query("SELECT a FROM t_20240101"), of: nil, queryText: .always)
        let error = MySQLError(.cancelled, phase: .command, message: "")
        let dimensions = DatabaseAttributes.dimensions(operation, on: server, namespace: "shop", error: error)
        #expect(
            dimensions.map { "\($0.0)=\($0.1)" } == [
                "db.system.name=mysql", "db.namespace=shop", "db.operation.name=SELECT",
                "server.address=db.example.org", "server.port=3307", "error.type=cancelled",
            ]
        )
    }
}
