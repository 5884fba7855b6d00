import MySQLWire

/// What a call of the matrix is made on.
enum MatrixTarget: Sendable {
    case connection(MySQLConnection)
    case pool(MySQLClient)

    /// A connection that is open, or a lent one for the time of `body`.
    func withConnection(_ body: @Sendable (MySQLConnection) async throws -> Void) async throws {
        switch self {
        case .connection(let connection): try await body(connection)
        case .pool(let client): try await client.withConnection { try await body($0) }
        }
    }

    func collect(_ query: MySQLQuery) async throws -> MySQLResult {
        switch self {
        case .connection(let connection): try await connection.collect(query)
        case .pool(let client): try await client.collect(query)
        }
    }

    func withTransaction(_ body: @Sendable (MySQLConnection) async throws -> Void) async throws {
        switch self {
        case .connection(let connection): try await connection.withTransaction { try await body($0) }
        case .pool(let client): try await client.withTransaction { try await body($0) }
        }
    }

    /// The answer to what comes next, with time enough for any machine.
    func next() async throws -> String? {
        switch self {
        case .connection(let connection): try await connection.collect(sql: "SELECT 1", timeout: .seconds(40)).scalar
        case .pool(let client): try await client.collect(sql: "SELECT 1", timeout: .seconds(40)).scalar
        }
    }
}
