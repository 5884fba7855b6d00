import InMemoryTracing
import MetricsTestKit
import NIOCore
import Testing
import Tracing

@testable import MySQLWire

/// Spans and durations of commands, with backends of their own.
@Suite(.timeLimit(.minutes(1))) struct ObservedConnectionTests {
    private typealias Step = ScriptedServer.Step

    private static let rows = Script.segment(
        1,
        Script.columnCount(1),
        Script.column,
        Script.row("x"),
        Script.row("y"),
        Script.end
    )

    private struct Backends {
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()

        var observability: MySQLObservability { MySQLObservability(tracer: tracer, metrics: metrics) }
        var names: [String] { tracer.finishedSpans.map(\.operationName) }

        func span(_ name: String) throws -> FinishedInMemorySpan {
            try #require(tracer.finishedSpans.first { $0.operationName == name })
        }

        /// How often each operation was measured, with its error.
        var measured: [String: Int] {
            var counts: [String: Int] = [:]
            for timer in metrics.timers(label: "db.client.operation.duration") {
                let values = Dictionary(timer.dimensions) { first, _ in first }
                let error = values["error.type"].map { " " + $0 } ?? ""
                counts[(values["db.operation.name"] ?? "?") + error, default: 0] += timer.values.count
            }
            return counts
        }
    }

    private func run(
        _ steps: [Step],
        body: (MySQLConnection, Backends) async throws -> Void
    ) async throws -> Backends {
        let backends = Backends()
        let capabilities = Script.capabilities.union([.connectWithDB, .localFiles])
        let greeting = SampleSession.greeting(capabilities: capabilities, plugin: "mysql_native_password")
        try await ScriptedServer.run([.packet(0, greeting)] + Script.login.dropFirst() + steps) { server in
            let connection = try await server.connect {
                $0.database = "shop"
                $0.observability = backends.observability
                $0.allowsLocalInfile = true
            }
            try await body(connection, backends)
            await connection.close()
        }
        #expect(backends.tracer.activeSpans.isEmpty)
        return backends
    }

    @Test func `a login and each command is one span, and nothing of the library's own`() async throws {
        let backends = try await run([.answer(Script.pong)]) { connection, _ in
            try await connection.ping()
            _ = try await connection.collect(sql: "UPDATE t SET a = 'hunter2'")
            try await connection.reset()
        }
        let server = try backends.span("UPDATE t").attributes.get("server.port")
        guard case .int64(let port)? = server else {
            Issue.record("no port")
            return
        }
        #expect(
            backends.names == [
                "connect 127.0.0.1:\(port)", "COM_PING 127.0.0.1:\(port)", "UPDATE t",
                "COM_RESET_CONNECTION 127.0.0.1:\(port)",
            ]
        )
        #expect(
            try backends.span("UPDATE t").attributes == [
                "db.system.name": "mysql", "db.namespace": "shop", "db.operation.name": "UPDATE",
                "db.collection.name": "t", "db.query.summary": "UPDATE t", "server.address": "127.0.0.1",
                "server.port": .int64(port), "network.peer.address": "127.0.0.1", "network.peer.port": .int64(port),
            ]
        )
        for span in backends.tracer.finishedSpans {
            #expect(span.kind == .client)
            #expect(span.status == nil && span.errors.isEmpty)
        }
        #expect(backends.measured == ["COM_PING": 1, "UPDATE": 1, "COM_RESET_CONNECTION": 1])
    }

    @Test func `a command is a child of the span that its caller is in`() async throws {
        let backends = try await run([.answer(Script.pong)]) { connection, backends in
            try await backends.tracer.withAnySpan("outer") { _ in try await connection.ping() }
        }
        let ping = try #require(backends.tracer.finishedSpans.first { $0.operationName.hasPrefix("COM_PING") })
        #expect(ping.parentSpanID == (try backends.span("outer")).spanID)
    }

    @Test func `an error of the server is its number, and its text is left out`() async throws {
        let error = ERRPacket(number: 1062, sqlState: "23000", message: "Duplicate entry 'hunter2'").encode()
        let backends = try await run([.expect, .bytes(Script.segment(1, error))]) { connection, _ in
            let error = await mysqlError { _ = try await connection.collect(sql: "INSERT INTO t VALUES ('hunter2')") }
            #expect(error?.server?.number == 1062)
        }
        let span = try backends.span("INSERT t")
        #expect(span.attributes.get("error.type") == "1062")
        #expect(span.attributes.get("db.response.status_code") == "1062")
        #expect(span.status == SpanStatus(code: .error, message: "the server answered with error 1062"))
        let recorded = try #require(span.errors.first?.error as? MySQLError)
        #expect(recorded.server?.number == 1062 && recorded.server?.sqlState == "23000")
        #expect(!String(describing: span).contains("hunter2"))
        #expect(backends.measured == ["INSERT 1062": 1])
    }

    @Test func `a statement with values is prepared and executed, in its text and without the values`() async throws {
        let prepared = Script.segment(
            1,
            PrepareOK(statementID: 7, columnCount: 0, parameterCount: 1, warnings: 0).encode(),
            Script.column
        )
        let steps: [Step] = [.expect, .bytes(prepared), .expect, .bytes(Script.pong)]
        let backends = try await run(steps) { connection, _ in
            let name = "hunter2"
            _ = try await connection.collect("DELETE FROM t WHERE a = 1 AND name = \(name)")
        }
        let text: SpanAttribute = "DELETE FROM t WHERE a = ? AND name = ?"
        #expect(try backends.span("PREPARE DELETE t").attributes.get("db.query.text") == text)
        #expect(try backends.span("DELETE t").attributes.get("db.query.text") == text)
        #expect(backends.measured == ["PREPARE": 1, "DELETE": 1])
    }

    @Test(arguments: [true, false]) func `a stream ends with its answer, or when it is let go`(isRead: Bool)
        async throws
    {
        let backends = try await run([.expect, .bytes(Self.rows)]) { connection, backends in
            var rows: MySQLRows? = try await connection.query("SELECT a FROM t")
            if isRead, let rows { for try await _ in rows {} }
            rows = nil
            try await expectEventually { backends.names.contains("SELECT t") }
        }
        #expect(try backends.span("SELECT t").status == nil)
        #expect(backends.measured == ["SELECT": 1])
    }

    @Test func `a cancelled command ends as an error`() async throws {
        let isSent = Gate()
        let steps: [Step] = [.expect, .reached { isSent.open() }, .silence]
        let backends = try await run(steps) { connection, _ in
            let task = Task { _ = try await connection.collect(sql: "SELECT SLEEP(1000)") }
            await isSent.wait()
            task.cancel()
            #expect(await mysqlError { try await task.value }?.code == .cancelled)
        }
        let span = try backends.span("SELECT")
        #expect(span.attributes.get("error.type") == "cancelled")
        #expect(span.status?.code == .error)
        #expect((span.errors.first?.error as? MySQLError)?.fate == .maybeExecuted)
        #expect(backends.measured == ["SELECT cancelled": 1])
    }

    private struct SourceError: Error {}

    @Test(arguments: [false, true])
    func `a file whose source fails ends the span as an error, whatever the server says`(isRejected: Bool) async throws
    {
        let request = ByteBuffer(bytes: [0xFB] + Array("f".utf8))
        let steps: [Step] = [
            .expect, .packet(1, request), .expect, .packet(3, isRejected ? Script.error(1366) : Script.ok),
        ]
        let backends = try await run(steps) { connection, _ in
            let source = MySQLLocalInfile { throw SourceError() }
            let error = await mysqlError {
                try await connection.execute(sql: "LOAD DATA LOCAL INFILE 'f' INTO TABLE t", localInfile: source)
            }
            #expect(error?.code == .localInfileFailed)
        }
        let span = try #require(backends.tracer.finishedSpans.first { $0.operationName.hasPrefix("LOAD") })
        #expect(span.attributes.get("error.type") == "localInfileFailed")
        #expect(span.status?.code == .error)
        #expect((span.errors.first?.error as? MySQLError)?.code == .localInfileFailed)
        #expect(backends.measured.count == 1)
        #expect(backends.measured.keys.allSatisfy { $0.hasSuffix(" localInfileFailed") })
    }

    @Test func `a command that is not even sent ends as an error, too`() async throws {
        let backends = try await run([.silence]) { connection, _ in
            #expect(await mysqlError { try await connection.ping(timeout: .zero) }?.code == .timedOut)
            await connection.close()
            #expect(await mysqlError { _ = try await connection.collect(sql: "DO 1") }?.code == .connectionClosed)
        }
        #expect(backends.measured == ["COM_PING timedOut": 1, "DO connectionClosed": 1])
    }

    @Test func `a refused login ends the span of the connect`() async throws {
        let backends = Backends()
        try await ScriptedServer.run([.packet(0, Script.greeting()), .expect, .packet(2, Script.error(1045)), .cut]) {
            server in
            let error = await mysqlError {
                _ = try await server.connect { $0.observability = backends.observability }
            }
            #expect(error?.server?.number == 1045)
        }
        let span = try #require(backends.tracer.finishedSpans.first)
        #expect(span.operationName.hasPrefix("connect 127.0.0.1:"))
        #expect(span.attributes.get("error.type") == "1045")
        #expect(!String(describing: span).contains("the_password"))
        #expect(backends.measured.isEmpty)
    }

    @Test func `where nobody listens nothing observes`() async throws {
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let connection = try await server.connect()
            #expect(connection.observer == nil)
            #expect(ConnectionObserver(server.configuration { $0.observability = .none }) == nil)
            await connection.close()
        }
    }
}
