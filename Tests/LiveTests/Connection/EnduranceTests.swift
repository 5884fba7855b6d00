import Foundation
import MySQLWire
import ReplicaLab
import Testing

/// Many connections, and a server that dies under them.
@Suite("Connections to a real server, many and short-lived", .needsServer, .timeLimit(.minutes(2)))
struct EnduranceTests {
    /// REPLICA_ENDURANCE multiplies the counts.
    private static let factor = ProcessInfo.processInfo.environment["REPLICA_ENDURANCE"].flatMap { Int($0) } ?? 1

    private func configuration(_ mode: TLSConfiguration.Mode = .disabled) async throws -> MySQLConfiguration {
        var configuration = try await LivePair.shared().source.configuration
        configuration.tls = TLSConfiguration(mode: mode)
        configuration.connectTimeout = .seconds(30)
        return configuration
    }

    private func error(_ body: () async throws -> Void) async -> MySQLError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? MySQLError
        }
    }

    /// Resident memory in KiB.
    private func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
    }

    private func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    @Test func `connections opened and closed leave no descriptor and no memory behind`() async throws {
        for mode in [TLSConfiguration.Mode.disabled, .required] {
            let configuration = try await configuration(mode)
            for _ in 0..<20 { await (try MySQLConnection.connect(to: configuration)).close() }
            let before = (try descriptors(), try resident())
            for _ in 0..<(50 * Self.factor) { await (try MySQLConnection.connect(to: configuration)).close() }
            let after = (try descriptors(), try resident())
            // Other suites run at the same time; a leak would be one for each connection.
            #expect(after.0 < before.0 + 30)
            #expect(after.1 < before.1 + 64 << 10)
            if Self.factor > 1 { print("endurance", mode, "descriptors, KiB:", before, after) }
        }
    }

    @Test func `many at once`() async throws {
        let configuration = try await configuration()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...50 {
                group.addTask {
                    let connection = try await MySQLConnection.connect(to: configuration)
                    let value = try await connection.collect(sql: "SELECT \(number)").firstRow?.integer(at: 0) ?? 0
                    await connection.close()
                    return value
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 1275)
    }

    @Test func `a server killed in the rows and in an upload gives an error at once, its fate open`() async throws {
        let pair = try await LivePair.fresh()
        var configuration = pair.source.configuration
        configuration.tls = TLSConfiguration(mode: .required)
        let reader = try await MySQLConnection.connect(to: configuration)
        let writer = try await MySQLConnection.connect(to: configuration)
        let rows = try await reader.query(
            sql: """
                WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000)
                SELECT a.n, REPEAT('x', 200) FROM t a JOIN t b
                """
        )
        var count = 0
        var isKilled = false
        let upload = Task {
            // As long as the server lives, 20 MiB after 20 MiB.
            let text = String(repeating: "z", count: 20 << 20)
            while true { _ = try await writer.collect(sql: "SELECT LENGTH('\(text)')") }
        }
        let late = await error {
            for try await batch in rows {
                count += batch.count
                if !isKilled {
                    isKilled = true
                    try await pair.source.kill()
                }
            }
        }
        #expect(late?.code == .connectionClosed || late?.code == .tlsFailed)
        #expect(late?.fate == .maybeExecuted)
        #expect(count < 1_000_000)
        let cut = await error { try await upload.value }
        #expect(cut?.code == .connectionClosed)
        await pair.lab.stopAll()
    }

    @Test func `a reader that stops bounds the memory`() async throws {
        let connection = try await MySQLConnection.connect(to: configuration())
        let rows = try await connection.query(
            sql: """
                WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 1000)
                SELECT a.n, b.n, REPEAT('x', 100) FROM t a JOIN t b
                """
        )
        let before = try resident()
        var count = 0
        var most = 0
        for try await batch in rows {
            count += batch.count
            if count % 50_000 < batch.count { try await Task.sleep(for: .milliseconds(10)) }
            most = max(most, try resident())
        }
        #expect(count == 1_000_000)
        // Other suites in this process take memory too: the figure counts where this test runs alone.
        if Self.factor > 1 { #expect(most < before + 48 << 10) }
        await connection.close()
    }

    @Test func `statements that are odd get the server's answer`() async throws {
        let connection = try await MySQLConnection.connect(to: configuration())
        #expect(await error { _ = try await connection.collect(sql: "") }?.server?.number == 1065)
        #expect(try await connection.collect(sql: "SELECT 'a\0b'").scalar == "a\0b")
        try await connection.ping()
        // Over max_allowed_packet: not even sent, since the server would end the connection.
        let text = String(repeating: "z", count: 65 << 20)
        let large = await error { _ = try await connection.collect(sql: "SELECT '\(text)'", timeout: .seconds(30)) }
        #expect(large?.code == .packetTooLarge)
        #expect(large?.fate == .notSent)
        try await connection.ping()
        await connection.close()
    }

    @Test func `an idle connection that the server ends tells the server's reason`() async throws {
        let connection = try await MySQLConnection.connect(to: configuration())
        _ = try await connection.collect(sql: "SET SESSION wait_timeout = 1")
        while connection.closeReason == nil { try await Task.sleep(for: .milliseconds(50)) }
        #expect(connection.closeReason?.server?.number == 4031)
        #expect(await error { try await connection.ping() }?.fate == .notSent)
    }
}
