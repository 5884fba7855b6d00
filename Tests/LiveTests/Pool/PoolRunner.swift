import MySQLWire
import Testing

/// Pools and databases for the time of a test.
enum PoolRunner {
    /// Waits until it is so; not for ever.
    static func expectEventually(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isSo: () async throws -> Bool
    ) async throws {
        for _ in 0..<1_500 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not come to that", sourceLocation: sourceLocation)
    }
}

/// A database of a test's own.
struct TestDatabase {
    let name: String
    let connection: MySQLConnection

    static func create(_ name: String, _ configuration: MySQLConfiguration) async throws -> TestDatabase {
        let connection = try await MySQLConnection.connect(to: configuration)
        _ = try await connection.collect(sql: "DROP DATABASE IF EXISTS \(try SQLText.identifier(name))")
        _ = try await connection.collect(sql: "CREATE DATABASE \(try SQLText.identifier(name))")
        return TestDatabase(name: name, connection: connection)
    }

    func drop() async {
        _ = try? await connection.collect(sql: "DROP DATABASE \(SQLText.identifier(name))")
        await connection.close()
    }
}
