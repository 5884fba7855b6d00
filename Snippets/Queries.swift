// Connect, query, insert, transaction, stream, types: the code of the articles about statements.

import MySQLWire

// snippet.connect
func connect() async throws -> MySQLConnection {
    try await MySQLConnection.connect(
        to: MySQLConfiguration(
            endpoint: .tcp(host: "db.example.org", port: 3306),
            username: "app",
            password: Secret("…"),
            database: "shop",
            tls: TLSConfiguration(mode: .verifyIdentity)
        )
    )
}
// snippet.end

func gettingStarted() async throws {
    // snippet.first
    let connection = try await connect()
    let version = try await connection.collect("SELECT VERSION()").scalar
    print(version ?? "NULL")
    await connection.close()
    // snippet.end
}

func createAndInsert(_ connection: MySQLConnection, name: String) async throws {
    // snippet.insert
    _ = try await connection.collect(
        """
        CREATE TABLE IF NOT EXISTS products (
            id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, price DECIMAL(10, 2), stock INT
        )
        """
    )
    let price = MySQLDecimal("12.50")
    let inserted = try await connection.collect(
        "INSERT INTO products (name, price, stock) VALUES (\(name), \(price), \(10))"
    )
    print(inserted.completion.affectedRows, inserted.completion.lastInsertID)
    // snippet.end
}

func select(_ connection: MySQLConnection, limit: Int, ids: [Int], table: String) async throws {
    // snippet.select
    let result = try await connection.collect(
        "SELECT id, name FROM products WHERE stock < \(limit)",
        timeout: .seconds(5)
    )
    for row in result.rows {
        let (id, name) = try row.decode((Int, String).self)
        print(id, name)
    }
    // snippet.end

    // snippet.lists
    let some = try await connection.collect("SELECT name FROM products WHERE id IN (\(list: ids))")
    let names = try some.rows.map { try $0.decode(String.self, at: 0) }
    let count = try await connection.collect("SELECT COUNT(*) FROM \(identifier: table)")
    // snippet.end
    print(names, count)
}

func prepared(_ connection: MySQLConnection, names: [String]) async throws {
    // snippet.prepared
    let insert = try await connection.prepare("INSERT INTO products (name, stock) VALUES (?, ?)")
    for name in names { _ = try await connection.collect(insert, [name, 0]) }
    // snippet.end
}

func procedure(_ connection: MySQLConnection) async throws {
    // snippet.results
    var result: MySQLRows? = try await connection.query("CALL report()")
    while let rows = result {
        for try await batch in rows { print(batch.count) }
        result = try await rows.nextResult()
    }
    // snippet.end
}

func transaction(_ connection: MySQLConnection, id: Int) async throws {
    // snippet.transaction
    try await connection.withTransaction(isolation: .serializable) { connection in
        _ = try await connection.collect("UPDATE products SET stock = stock - 1 WHERE id = \(id)")
        _ = try await connection.collect("INSERT INTO orders (product) VALUES (\(id))")
    }
    // snippet.end
}

func stream(_ connection: MySQLConnection) async throws {
    // snippet.stream
    let rows = try await connection.query("SELECT id, name FROM products")
    for try await batch in rows {
        for row in batch {
            print(try row.decode(Int.self, named: "id"), row.string("name") ?? "NULL")
        }
    }
    print(rows.completion?.warnings ?? 0)
    // snippet.end
}

// snippet.decodable
struct Product: Decodable {
    var id: Int
    var name: String
    var stock: Int?
}

func products(_ connection: MySQLConnection) async throws -> [Product] {
    try await connection.collect("SELECT id, name, stock FROM products").rows.map { try $0.decode(as: Product.self) }
}
// snippet.end

func values(_ connection: MySQLConnection) async throws {
    // snippet.values
    let result = try await connection.collect("SELECT price, added, lead_time FROM products")
    for row in result.rows {
        switch try row.value("price") {
        case .null: print("no price")
        case .decimal(let price): print(price.description, price.double)
        case let other: print(other.text ?? "NULL")
        }
        let (_, added, time) = try row.decode((MySQLDecimal?, MySQLDateTime?, MySQLTime?).self)
        if let added, !added.isZero { print(added.date.year) }
        if let time { print(time.duration) }
    }
    // snippet.end
}

// snippet.encodable
enum Status: String, MySQLEncodable, MySQLDecodable {
    case open, paid

    var mysqlValue: MySQLValue { .text(rawValue) }

    init(_ cell: MySQLCell) throws(MySQLError) {
        let text = try String(cell)
        guard let status = Status(rawValue: text) else {
            throw MySQLError(.conversionFailed, phase: .rows, message: "no status")
        }
        self = status
    }
}
// snippet.end
