import MySQLWire
import ReplicaLab
import Testing

@Suite("The binary log of a real server", .needsServer, .serialized)
struct BinaryLogTests {
    private static let shared = Task {
        let lab = try await LiveServers.openLab()
        return try await lab.startServer("binlog", serverID: 21)
    }

    private let server: LabServer

    init() async throws {
        server = try await Self.shared.value
    }

    private func connect() async throws -> MySQLConnection {
        try await MySQLConnection.connect(to: server.configuration)
    }

    private func position(_ session: MySQLConnection) async throws -> (file: String, position: UInt64) {
        let row = try #require(try await session.collect(sql: "SHOW BINARY LOG STATUS").firstRow)
        return (try #require(row.string("File")), try #require(row.integer("Position")))
    }

    private func transactions(
        from start: (file: String, position: UInt64),
        descriptions: BinlogTableDescriptions? = nil
    ) async throws -> [BinlogTransaction] {
        let dump = try await connect()
        var transactions: [BinlogTransaction] = []
        let log = try await dump.binaryLogTransactions(
            file: start.file,
            position: start.position,
            serverID: 4_000_000_021,
            timeout: .seconds(60),
            descriptions: descriptions
        )
        for try await transaction in log { transactions.append(transaction) }
        await dump.close()
        return transactions
    }

    @Test func `transactions over two files end where the server says that its log ends`() async throws {
        let session = try await connect()
        _ = try await session.collect(sql: "DROP DATABASE IF EXISTS binlog_files")
        let start = try await position(session)
        for sql in [
            "CREATE DATABASE binlog_files",
            "CREATE TABLE binlog_files.a (id INT PRIMARY KEY, u INT UNSIGNED, e ENUM('x','it''s'))",
            "INSERT INTO binlog_files.a VALUES (1, 4294967295, 'x')", "FLUSH BINARY LOGS", "FLUSH BINARY LOGS",
            "UPDATE binlog_files.a SET e = 'it''s'",
        ] {
            _ = try await session.collect(sql: sql)
        }
        let end = try await position(session)
        let descriptions = BinlogTableDescriptions(try await session.collect(sql: BinlogTableDescriptions.query))
        let all = try await transactions(from: start, descriptions: descriptions)
        #expect(all.map(\.file) == [start.file, start.file, start.file, end.file])
        #expect(all.first?.startPosition == start.position)
        #expect(all.last?.endPosition == end.position)
        #expect(all.allSatisfy { $0.isDecodable && $0.isCommitted && $0.serverID == 21 })
        let update = try #require(all.last?.changes.first)
        #expect(update.table.columns.map(\.name) == ["id", "u", "e"])
        #expect(
            update.before?.values == [.integer(1), .unsigned(4_294_967_295), .enumeration(index: 1, label: [0x78])]
        )
        #expect(update.after?.values[2] == .enumeration(index: 2, label: Array("it's".utf8)))

        // From the end of a transaction on: what came after it, and nothing else.
        let rest = try await transactions(from: (all[1].file, all[1].endPosition))
        #expect(rest.map(\.endPosition) == all.dropFirst(2).map(\.endPosition))
        #expect(try await transactions(from: end).isEmpty)
        await session.close()
    }

    /// The event holds the row before and after, so it is larger than any row that the server takes.
    @Test func `the update of a row of forty megabytes comes whole`() async throws {
        let session = try await connect()
        _ = try await session.collect(sql: "DROP DATABASE IF EXISTS binlog_update")
        _ = try await session.collect(sql: "CREATE DATABASE binlog_update")
        _ = try await session.collect(sql: "CREATE TABLE binlog_update.a (id INT PRIMARY KEY, large LONGBLOB)")
        _ = try await session.collect(sql: "INSERT INTO binlog_update.a VALUES (1, REPEAT('a', 40 << 20))")
        let start = try await position(session)
        _ = try await session.collect(sql: "UPDATE binlog_update.a SET large = REPEAT('b', 40 << 20)")
        let change = try #require(try await transactions(from: start).first?.changes.first)
        for (image, byte) in [(change.before, UInt8(ascii: "a")), (change.after, UInt8(ascii: "b"))] {
            guard case .bytes(let large)? = image?.values[1] else {
                Issue.record("no bytes")
                continue
            }
            #expect(large.count == 40 << 20 && large.first == byte && large.last == byte)
        }
        _ = try await session.collect(sql: "DROP DATABASE binlog_update")
        await session.close()
    }

    @Test func `a row of twenty megabytes comes whole`() async throws {
        let session = try await connect()
        _ = try await session.collect(sql: "DROP DATABASE IF EXISTS binlog_large")
        _ = try await session.collect(sql: "CREATE DATABASE binlog_large")
        _ = try await session.collect(sql: "CREATE TABLE binlog_large.a (id INT, one LONGBLOB, twenty LONGBLOB)")
        let start = try await position(session)
        _ = try await session.collect(
            sql: "INSERT INTO binlog_large.a VALUES (1, REPEAT(x'00FF', 1 << 19), REPEAT('z', 20 << 20))"
        )
        let values = try #require(try await transactions(from: start).first?.changes.first?.after?.values)
        guard case .bytes(let one) = values[1], case .bytes(let twenty) = values[2] else {
            Issue.record("no bytes")
            return
        }
        #expect(one.count == 1 << 20 && one.prefix(4) == [0, 0xFF, 0, 0xFF])
        #expect(twenty.count == 20 << 20 && twenty.allSatisfy { $0 == UInt8(ascii: "z") })
        _ = try await session.collect(sql: "DROP DATABASE binlog_large")
        await session.close()
    }

    /// The statements that made the recorded logs: each value goes through the log and back into a table as a literal.
    @Test func `rows written back by their literals are the same rows`() async throws {
        let session = try await connect()
        for name in ["fixture", "again"] { _ = try await session.collect(sql: "DROP DATABASE IF EXISTS \(name)") }
        let start = try await position(session)
        let tables = ["integers", "decimals", "floats", "strings", "temporal", "sets", "others", "wide", "computed"]
        for sql in try FixtureSQL.statements("types.sql") {
            if sql.hasPrefix("UPDATE") { break }
            _ = try await session.collect(sql: sql)
        }
        let descriptions = BinlogTableDescriptions(try await session.collect(sql: BinlogTableDescriptions.query))
        let all = try await transactions(from: start, descriptions: descriptions)
        _ = try await session.collect(sql: "CREATE DATABASE again")
        // In a zone with summer time: a TIMESTAMP's literal must not depend on it.
        _ = try await session.collect(sql: "SET time_zone = '-03:30', sql_mode = ''")
        for table in tables { _ = try await session.collect(sql: "CREATE TABLE again.\(table) LIKE fixture.\(table)") }
        var found = 0
        for change in all.flatMap(\.changes) where tables.contains(change.table.name) {
            let cells = zip(change.table.columns, try #require(change.after).values).filter { $0.0.isGenerated != true }
            let names = try cells.map { try SQLText.identifier(try #require($0.0.name)) }.joined(separator: ", ")
            let values = cells.map { $0.1?.sqlLiteral ?? "DEFAULT" }.joined(separator: ", ")
            _ = try await session.collect(sql: "INSERT INTO again.\(change.table.name) (\(names)) VALUES (\(values))")
            found += 1
            // The same literals find the row again; floating-point and spatial columns compare in their own ways.
            let condition = try cells.filter { ![.float, .json, .geometry, .vector].contains($0.0.type) }.map {
                try "\(SQLText.identifier($0.0.name ?? "")) <=> \($0.1?.sqlLiteral ?? "NULL")"
            }
            let count = try await session.collect(
                sql: "SELECT COUNT(*) FROM fixture.\(change.table.name) WHERE \(condition.joined(separator: " AND "))"
            )
            #expect(count.scalar == "1", "\(change.table.name) \(condition.first ?? "")")
        }
        #expect(found == 44)
        for table in tables {
            let sums = try await session.collect(sql: "CHECKSUM TABLE fixture.\(table), again.\(table)").rows
            #expect(sums.first?.string(at: 1) == sums.last?.string(at: 1), "\(table)")
        }
        for name in ["fixture", "again"] { _ = try await session.collect(sql: "DROP DATABASE \(name)") }
        await session.close()
    }
}
