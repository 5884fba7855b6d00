import MySQLWire
import ServiceLifecycle

/// Serves customers from the pool, until it is told to stop; then the last one is still served.
struct Counter: Service {
    let client: MySQLClient

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await serve() } }
            try await group.waitForAll()
        }
        let left = try await client.collect("SELECT stock FROM products WHERE name = 'tea'").scalar
        say("sold five more, \(left ?? "?") are left")
        say("ready")
        try await gracefulShutdown()
        try await serve()
        say("sold one more while shutting down")
    }

    private func serve() async throws {
        try await client.withTransaction { connection in
            try await connection.execute("UPDATE products SET stock = stock - 1 WHERE name = 'tea'")
        }
    }
}
