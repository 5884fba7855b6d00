import MySQLWire
import ReplicaKit
import Testing

@testable import ReplicaLab

@Suite("The client that writes during the switchover")
struct SwitchoverWriterTests {
    @Test(
        "is not waited for where its first write fails, or where nobody takes it",
        arguments: [1146, 1290] as [UInt16]
    )
    func firstRow(number: UInt16) async throws {
        let connector = RefusingConnector(number: number)
        let servers = [UnusableServers().source, UnusableServers().replica]
        let writer = try await SwitchoverWriter.connect(to: servers, prefix: "x", connector: connector)
        let writing = Task { await writer.run() }
        let error = await #expect(throws: DrillFailure.self) {
            try await writer.waitForFirstRow(within: .milliseconds(300))
        }
        // Fenced servers may be opened yet; any other error is the end.
        let isFence = number == 1290
        #expect(
            error?.description.contains(isFence ? "neither server" : "ERROR 1146") == true,
            "\(error.map { "\($0)" } ?? "")"
        )
        writer.stop()
        #expect((await writing.value.failure == nil) == isFence)
    }
}

/// Sessions that answer everything with one error.
struct RefusingConnector: ServerConnector, SQLSession {
    var number: UInt16

    func connect(to server: Server) async throws(MySQLError) -> any SQLSession { self }

    func collect(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLResult {
        throw MySQLError(
            .server,
            phase: .command,
            fate: .rejected,
            message: "no",
            server: .init(number: number, sqlState: "HY000", message: "no")
        )
    }

    func query(sql: String, timeout: Duration?) async throws(MySQLError) -> MySQLRows {
        MySQLRows(try await collect(sql: sql, timeout: timeout))
    }

    func close() async {}
}
