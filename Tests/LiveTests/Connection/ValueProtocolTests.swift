import MySQLWire
import ReplicaLab
import Testing

/// Every type and its edges: the text and the binary protocol must agree, and what is read must be, bound to a statement,
/// the same again to the server.
@Suite("Values in both protocols", .needsServer)
struct ValueProtocolTests {
    @Test func `every type is the same in both, and to the server when it is sent back`() async throws {
        let connection = try await MySQLConnection.connect(to: try await LivePair.shared().source.configuration)
        _ = try await connection.collect(sql: "DROP DATABASE IF EXISTS protocols")
        _ = try await connection.collect(sql: "CREATE DATABASE protocols")
        _ = try await connection.collect(sql: "USE protocols")
        _ = try await connection.collect(sql: "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+02:00'")
        for (number, column) in DataSuites.ValueTests.columns.enumerated() {
            let name = "t\(number)"
            for table in [name, name + "b"] {
                _ = try await connection.collect(
                    sql: "CREATE TABLE \(table) (id INT PRIMARY KEY, c \(column.definition))"
                )
            }
            for (id, value) in column.values.enumerated() {
                _ = try await connection.collect(sql: "INSERT INTO \(name) (id, c) VALUES (\(id), \(value))")
            }
            let text = try await connection.collect(sql: "SELECT id, c FROM \(name) ORDER BY id").rows
            let statement = try await connection.prepare("SELECT id, c FROM \(name) WHERE id >= ? ORDER BY id")
            let binary = try await connection.collect(statement, [0]).rows
            #expect(binary.count == column.values.count)
            let insert = try await connection.prepare("INSERT INTO \(name)b (id, c) VALUES (?, ?)")
            for (one, other) in zip(text, binary) {
                let place = "\(column.definition), row \(one.string(at: 0) ?? "")"
                let value = try other.value(at: 1)
                // Of a FLOAT the server prints six digits.
                if case .float(let float) = value, case .float(let printed) = try one.value(at: 1) {
                    #expect(abs(float - printed) <= abs(float) * 1e-5, "\(place)")
                } else {
                    #expect(try one.value(at: 1) == value, "\(place)")
                    #expect(one.string(at: 1) == other.string(at: 1) || value.hasOtherText, "\(place)")
                }
                do {
                    _ = try await connection.collect(insert, [try other.decode(Int.self, at: 0), value])
                } catch {
                    Issue.record("\(place): \(error)")
                }
            }
            let different = try await connection.collect(
                sql:
                    "SELECT COUNT(*) FROM \(name) a JOIN \(name)b b USING (id) WHERE NOT (a.c <=> b.c) OR NOT (HEX(a.c) <=> HEX(b.c))"
            )
            #expect(different.scalar == "0", "\(column.definition)")
            #expect(
                try await connection.collect(sql: "SELECT COUNT(*) FROM \(name)b").scalar == "\(column.values.count)"
            )
        }
        await connection.close()
    }

    @Test func `thousands of random rows are the same in both`() async throws {
        let connection = try await MySQLConnection.connect(to: try await LivePair.shared().source.configuration)
        _ = try await connection.collect(
            sql: """
                CREATE TEMPORARY TABLE mysql.random (id INT PRIMARY KEY, i TINYINT, u INT UNSIGNED, b BIGINT, d DOUBLE,
                m DECIMAL(30,10), s VARCHAR(400), x VARBINARY(400), w DATETIME(6), t TIME(6))
                """
        )
        let insert = try await connection.prepare("INSERT INTO mysql.random VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        var random = SystemRandomNumberGenerator()
        func or<Value: MySQLEncodable>(_ value: Value) -> MySQLValue {
            Int.random(in: 0..<8, using: &random) == 0 ? .null : value.mysqlValue
        }
        var written: [[MySQLValue]] = []
        for id in 0..<2_000 {
            let length = Int.random(in: 0..<300, using: &random)
            let microseconds = UInt32.random(in: 0..<1_000_000, using: &random)
            let decimal =
                "\(Int64.random(in: -999_999...999_999, using: &random)).\(UInt64.random(in: 1_000_000_000...9_999_999_999, using: &random))"
            let row: [MySQLValue] = [
                .integer(Int64(id)),
                or(Int64(Int8.random(in: .min ... .max, using: &random))),
                or(UInt64(UInt32.random(in: .min ... .max, using: &random))),
                or(Int64.random(in: .min ... .max, using: &random)),
                or(Double(bitPattern: UInt64.random(in: 0..<0x7FE0_0000_0000_0000, using: &random))),
                or(try #require(MySQLDecimal(decimal))),
                or(
                    String(
                        (0..<length).map { _ in
                            Character(["a", "é", "漢", "🐬", "'", "\\"][Int.random(in: 0..<6, using: &random)])
                        }
                    )
                ),
                or((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }),
                or(
                    MySQLDateTime(
                        date: MySQLDate(
                            year: UInt16.random(in: 1000...9999, using: &random),
                            month: UInt8.random(in: 1...12, using: &random),
                            day: UInt8.random(in: 1...28, using: &random)
                        ),
                        hours: UInt8.random(in: 0..<24, using: &random),
                        minutes: UInt8.random(in: 0..<60, using: &random),
                        seconds: UInt8.random(in: 0..<60, using: &random),
                        microseconds: microseconds,
                        digits: 6
                    )
                ),
                or(
                    MySQLTime(
                        isNegative: Bool.random(using: &random),
                        hours: UInt16.random(in: 1..<838, using: &random),
                        minutes: UInt8.random(in: 0..<60, using: &random),
                        seconds: UInt8.random(in: 0..<60, using: &random),
                        microseconds: microseconds,
                        digits: 6
                    )
                ),
            ]
            written.append(row)
            _ = try await connection.collect(insert, row)
        }
        let text = try await connection.collect(sql: "SELECT * FROM mysql.random ORDER BY id").rows
        let statement = try await connection.prepare("SELECT * FROM mysql.random ORDER BY id")
        let binary = try await connection.collect(statement).rows
        for (index, row) in written.enumerated() {
            for column in row.indices {
                let place: Comment = "row \(index), column \(column): \(row[column])"
                #expect(try text[index].value(at: column) == row[column], place)
                #expect(try binary[index].value(at: column) == row[column], place)
            }
        }
        await connection.close()
    }
}

extension MySQLValue {
    /// What a text result shows as raw bytes, with the zeros of ZEROFILL, or with the digits of DOUBLE(10,2).
    fileprivate var hasOtherText: Bool {
        switch self {
        case .bytes, .bit, .geometry, .vector, .unsigned, .float, .double: true
        default: false
        }
    }
}
