import MySQLWire
import NIOCore
import Testing

/// What a cancelled statement does to its connection where the policy is to kill it: from scripts, so that the server can
/// do everything wrong.
@Suite(.timeLimit(.minutes(1))) struct KilledQueryTests {
    typealias Step = ScriptedServer.Step

    private static func identity(_ server: String, connectionID: UInt32 = SampleSession.connectionID) -> Step {
        .bytes(
            Script.segment(
                1,
                Script.columnCount(2),
                ColumnDefinition(name: "id", type: .longLong).encode(),
                ColumnDefinition(name: "server").encode(),
                Script.row("\(connectionID)", server),
                Script.end
            )
        )
    }

    private static func login(_ server: String, connectionID: UInt32 = SampleSession.connectionID) -> [Step] {
        Script.login + [.expect, identity(server, connectionID: connectionID)]
    }

    private static func connect(
        _ server: ScriptedServer,
        within: Duration = .seconds(20)
    ) async throws -> MySQLConnection {
        try await server.connect { $0.cancellation = .killQuery(within: within) }
    }

    private static let interrupted = Script.segment(1, Script.error(1317))

    @Test func `the caller is free at once, and the next command gets its own answer`() async throws {
        let isKilled = Gate()
        let main =
            Self.login("here") + [
                .expect, .hold(isKilled), .bytes(Self.interrupted),
                // The one that takes a late KILL.
                .expect, .bytes(Script.pong), .expect, .bytes(Script.pong),
            ]
        let killer =
            Script.login + [
                .expect, Self.identity("here"),
                .inspect { #expect(String(buffer: $0).contains("KILL QUERY \(SampleSession.connectionID)")) },
                .bytes(Script.pong), .reached { isKilled.open() }, .silence,
            ]
        try await ScriptedServer.run(main, killer) { server in
            let connection = try await Self.connect(server)
            let error = await mysqlError {
                _ = try await connection.collect(sql: "SELECT 1", timeout: .milliseconds(50))
            }
            #expect(error?.code == .timedOut && error?.fate == .maybeExecuted)
            try await connection.ping(timeout: .seconds(20))
            #expect(connection.closeReason == nil)
        }
    }

    @Test(arguments: [
        "half of an answer", "the end before the KILL", "nothing", "another server", "no second connection",
    ])
    func `what cannot be ended is closed in time`(what: String) async throws {
        var main = Self.login("here") + [.expect]
        var killer = Script.login + [.expect, Self.identity("here"), .expect, .bytes(Script.pong), .silence]
        switch what {
        case "half of an answer":
            main += [.bytes(Script.segment(1, Script.columnCount(1), Script.column, Script.row("x"))), .silence]
        case "the end before the KILL":
            let isBegun = Gate()
            main += [.hold(isBegun), .bytes(Script.pong), .silence]
            killer = Script.login + [.reached { isBegun.open() }, .expect, Self.identity("here"), .expect, .silence]
        case "another server":
            main += [.silence]
            killer = Script.login + [.expect, Self.identity("elsewhere"), .silence]
        case "no second connection":
            main += [.silence]
            killer = [.packet(0, Script.error(1040)), .cut]
        default: main += [.silence]
        }
        try await ScriptedServer.run(main, killer) { server in
            // What is known at once does not wait for the deadline.
            let isKnown = ["another server", "no second connection"].contains(what)
            let connection = try await Self.connect(server, within: isKnown ? .seconds(50) : .milliseconds(300))
            _ = await mysqlError { _ = try await connection.collect(sql: "SELECT 1", timeout: .milliseconds(20)) }
            // Waits in the queue until it is known that the connection is of no use.
            let error = await mysqlError { try await connection.ping(timeout: .seconds(20)) }
            #expect(error?.code == .connectionClosed && error?.fate == .notSent, "\(String(describing: error))")
            let reason = connection.closeReason
            #expect(reason?.code == .connectionClosed)
            #expect(reason?.message.contains("the server was not reached") == isKnown, "\(String(describing: reason))")
            if isKnown { #expect(!String(decoding: server.received, as: UTF8.self).contains("KILL")) }
        }
    }

    @Test func `behind a proxy nobody knows what to kill, so it is closed`() async throws {
        try await ScriptedServer.run(Self.login("here", connectionID: 999) + [.expect, .silence]) { server in
            let connection = try await Self.connect(server)
            _ = await mysqlError { _ = try await connection.collect(sql: "SELECT 1", timeout: .milliseconds(20)) }
            #expect(connection.closeReason?.code == .timedOut)
            #expect(server.connections == 1)
        }
    }
}
