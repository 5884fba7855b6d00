// Connect, query, insert, transaction, stream, types: the code of the articles about statements.

import Foundation
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

func lent(_ configuration: MySQLConfiguration) async throws {
    // snippet.lent
    let count = try await MySQLConnection.withConnection(to: configuration) { connection in
        try await connection.collect("SELECT COUNT(*) FROM products").firstRow?.decode(Int.self) ?? 0
    }
    // snippet.end
    print(count)
}

func createAndInsert(_ connection: MySQLConnection, name: String, price: MySQLDecimal) async throws {
    // snippet.insert
    try await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS products (
            id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, price DECIMAL(10, 2), stock INT
        )
        """
    )
    let inserted = try await connection.execute(
        "INSERT INTO products (name, price, stock) VALUES (\(name), \(price), \(10))"
    )
    print(inserted.affectedRows, inserted.lastInsertID)
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

func parts(_ connection: MySQLConnection, name: String?, limit: Int?, names: [String]) async throws {
    // snippet.parts
    var conditions: [MySQLQuery] = ["stock > 0"]
    if let name { conditions.append("name = \(name)") }
    if let limit { conditions.append("price < \(limit)") }
    let found = try await connection.collect("SELECT id FROM products WHERE \(joined: conditions, by: " AND ")")

    let rows = names.map { name in "(\(name), \(0))" as MySQLQuery }
    try await connection.execute("INSERT INTO products (name, stock) VALUES \(joined: rows, by: ", ")")
    // snippet.end
    print(found.rowCount)
}

func prepared(_ connection: MySQLConnection, names: [String]) async throws {
    // snippet.prepared
    let insert = try await connection.prepare("INSERT INTO products (name, stock) VALUES (?, ?)")
    for name in names { try await connection.execute(insert, [name, 0]) }
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
        try await connection.execute("UPDATE products SET stock = stock - 1 WHERE id = \(id)")
        try await connection.execute("INSERT INTO orders (product) VALUES (\(id))")
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

func leave(_ connection: MySQLConnection) async throws {
    // snippet.leave
    search: for try await batch in try await connection.query("SELECT id, name FROM products") {
        for row in batch where row.string("name") == "tea" { break search }
    }
    // snippet.end
}

func cursor(_ connection: MySQLConnection) async throws {
    // snippet.cursor
    let rows = try await connection.query("SELECT id, name FROM products", cursor: .fetching(rows: 1000))
    // snippet.end
    for try await batch in rows { print(batch.count) }
}

func longData(_ connection: MySQLConnection, pieces: AsyncStream<[UInt8]>) async throws {
    // snippet.longdata
    try await connection.execute("INSERT INTO files (content) VALUES (\(longData: MySQLLongData(pieces)))")
    // snippet.end
}

func load(_ configuration: inout MySQLConfiguration, lines: AsyncStream<[UInt8]>) async throws {
    // snippet.infile
    configuration.allowsLocalInfile = true
    let loaded = try await MySQLConnection.withConnection(to: configuration) { connection in
        try await connection.execute(
            sql: "LOAD DATA LOCAL INFILE 'any name' INTO TABLE products (name, stock)",
            localInfile: MySQLLocalInfile(lines)
        )
    }
    print(loaded.affectedRows, loaded.info)
    // snippet.end
}

// snippet.decodable
struct Product: Decodable {
    var id: Int
    var name: String
    var price: MySQLDecimal?
    var stock: Int?
}

func products(_ connection: MySQLConnection) async throws -> [Product] {
    try await connection.collect("SELECT id, name, price, stock FROM products").rows.map { try $0.decode() }
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

func moments(_ connection: MySQLConnection, now: Date) async throws {
    // snippet.moments
    let utc = TimeZone.gmt
    try await connection.execute("UPDATE products SET added = \(try MySQLDateTime(now, in: utc))")
    let row = try await connection.collect("SELECT added FROM products LIMIT 1").firstRow
    let added: Date? = try row?.decode(MySQLDateTime?.self, at: 0)?.moment(in: utc)
    // snippet.end
    print(added ?? now)
}

func documents(_ connection: MySQLConnection, settings: [String: Int]) async throws {
    // snippet.json
    let document = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    try await connection.execute("INSERT INTO settings (document) VALUES (\(document))")
    for row in try await connection.collect("SELECT document FROM settings").rows {
        print(try JSONDecoder().decode([String: Int].self, from: row.decode(Data.self, at: 0)))
    }
    // snippet.end
}

func manySmallOnes(_ connection: MySQLConnection) async throws {
    // snippet.executor
    try await withTaskExecutorPreference(connection.taskExecutor) {
        for id in 1...10_000 {
            try await connection.execute("UPDATE products SET seen = seen + 1 WHERE id = \(id)")
        }
    }
    // snippet.end
}

// snippet.encodable
enum Status: String, MySQLEncodable, MySQLDecodable {
    case open, paid
}

struct ProductID: MySQLEncodable, MySQLDecodable {
    var number: Int

    var mysqlValue: MySQLValue { number.mysqlValue }

    init(_ cell: MySQLCell) throws(MySQLError) { number = try Int(cell) }
}
// snippet.end

func testing() {
    // snippet.testing
    let result = MySQLResult(columns: ["id", "name"], rows: [["1", "tea"], ["2", nil]])
    // snippet.end
    print(result.rowCount)
}
