import MySQLWire

/// What a single connection does.
struct FirstSteps {
    let configuration: MySQLConfiguration

    func run() async throws {
        let connection = try await MySQLConnection.connect(to: configuration)
        say("connected to \(connection.serverVersion) with \(connection.tlsVersion ?? "no TLS")")
        try await fill(connection)
        try await read(connection)
        try await sell(connection)
        await connection.close()
    }

    private func fill(_ connection: MySQLConnection) async throws {
        try await connection.execute("DROP TABLE IF EXISTS products")
        try await connection.execute(
            """
            CREATE TABLE products (
                id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE,
                price DECIMAL(10, 2) NOT NULL, stock INT NOT NULL
            )
            """
        )
        for (name, price) in [("tea", "4.20"), ("O'Hara's coffee", "12.50"), ("crème brûlée", "6.00")] {
            let inserted = try await connection.execute(
                "INSERT INTO products (name, price, stock) VALUES (\(name), \(MySQLDecimal(price)), \(10))"
            )
            say("product \(inserted.lastInsertID) is \(name)")
        }
        do {
            try await connection.execute("INSERT INTO products (name, price, stock) VALUES ('tea', 1, 1)")
        } catch {
            guard error.server?.number == 1062 else { throw error }
            say("a second tea is refused: \(error.fate.rawValue)")
        }
    }

    private struct Product: Decodable {
        var id: Int
        var name: String
        var price: String
    }

    private func read(_ connection: MySQLConnection) async throws {
        let least = 5
        let result = try await connection.collect("SELECT id, name, price FROM products WHERE price > \(least)")
        for product in try result.rows.map({ try $0.decode(as: Product.self) }) {
            say("\(product.name) costs \(product.price)")
        }
        // In batches: never more than a few hundred kilobytes of it are in memory.
        let rows = try await connection.query("SELECT a.id, b.name FROM products a, products b, products c, products d")
        var count = 0
        for try await batch in rows {
            for row in batch {
                let (_, name) = try row.decode((Int, String).self)
                if name == "tea" { count += 1 }
            }
        }
        say("streamed \(count) teas")
    }

    private func sell(_ connection: MySQLConnection) async throws {
        let stock = try await connection.withTransaction { connection in
            try await connection.execute("UPDATE products SET stock = stock - 1 WHERE name = 'tea'")
            return try await connection.collect("SELECT stock FROM products WHERE name = 'tea'").scalar
        }
        say("sold a tea, \(stock ?? "?") are left")
    }
}
