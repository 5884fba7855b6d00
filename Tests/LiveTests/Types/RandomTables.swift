import MySQLWire
import TestSupport
import Testing

/// Tables of random columns and rows: both protocols have to agree with each other, with what the server says of each
/// value in other words, and with what it holds when the value is sent back to it.
struct RandomTables {
    let flavour: RandomColumn.Flavour
    let configuration: MySQLConfiguration
    let seed: UInt64
    static let rows = 100

    func run() async throws {
        var random = SeededGenerator(seed: seed)
        let connection = try await MySQLConnection.connect(to: configuration)
        let database = "random_\(seed)"
        for sql in [
            "DROP DATABASE IF EXISTS \(database)", "CREATE DATABASE \(database) CHARACTER SET utf8mb4",
            "USE \(database)",
            // What does not fit becomes something that does.
            "SET SESSION sql_mode = '', time_zone = '+02:00'",
        ] { _ = try await connection.collect(sql: sql) }
        let columns = (0..<Int.random(in: 6...14, using: &random)).map { _ in RandomColumn.any(flavour, &random) }
        let definitions = columns.enumerated().map { "c\($0) \($1.definition)" }
        for table in ["t", "copy"] {
            _ = try await connection.collect(
                sql: "CREATE TABLE \(table) (id INT PRIMARY KEY, \(definitions.joined(separator: ", ")))"
            )
        }
        for start in stride(from: 0, to: Self.rows, by: 20) {
            let rows = (start..<start + 20).map { id in
                "(\(id), \(columns.map { $0.literal(&random) }.joined(separator: ", ")))"
            }
            _ = try await connection.collect(sql: "INSERT INTO t VALUES \(rows.joined(separator: ", "))")
        }
        try await compare(columns, connection)
        _ = try await connection.collect(sql: "DROP DATABASE \(database)")
        await connection.close()
    }

    private func compare(_ columns: [RandomColumn], _ connection: MySQLConnection) async throws {
        let names = columns.indices.map { "c\($0)" }
        let witnesses = zip(columns, names).map { $0.witness.sql($1) }
        let sql = "SELECT \((names + witnesses).joined(separator: ", ")), id FROM t ORDER BY id"
        let text = try await connection.collect(sql: sql).rows
        let binary = try await connection.collect(connection.prepare(sql)).rows
        #expect(text.count == Self.rows && binary.count == Self.rows)
        let places = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        let insert = try await connection.prepare("INSERT INTO copy VALUES (\(places))")
        for (id, (one, other)) in zip(text, binary).enumerated() {
            var values: [MySQLValue] = [.integer(Int64(id))]
            for (index, column) in columns.enumerated() {
                let place = "seed \(seed), row \(id), \(column.definition.prefix(60))"
                let value = try other.value(at: index)
                values.append(value)
                let said = one.string(at: columns.count + index)
                #expect(said == other.string(at: columns.count + index) || column.witness == .double, "\(place)")
                if case .float(let float) = value, case .float(let printed) = try one.value(at: index) {
                    // Of a FLOAT the server prints six digits.
                    #expect(abs(float - printed) <= abs(float) * 1e-5, "\(place): \(value)")
                } else {
                    #expect(try one.value(at: index) == value, "\(place)")
                }
                #expect(Self.agrees(value, said, column.witness), "\(place): \(value), said to be \(said ?? "NULL")")
            }
            do { _ = try await connection.collect(insert, values) } catch {
                Issue.record("seed \(seed), row \(id) is not taken back: \(error)")
            }
        }
        for (column, name) in zip(columns, names) {
            let different = try await connection.collect(
                sql: """
                    SELECT COUNT(*) FROM t LEFT JOIN copy USING (id)
                    WHERE NOT (t.\(name) <=> copy.\(name)) OR NOT (HEX(t.\(name)) <=> HEX(copy.\(name)))
                    """
            ).scalar
            #expect(different == "0", "seed \(seed), \(column.definition.prefix(60)) came back otherwise")
        }
    }

    /// Whether a value is what the server says of it.
    private static func agrees(_ value: MySQLValue, _ said: String?, _ witness: RandomColumn.Witness) -> Bool {
        guard let said, !value.isNull else { return said == nil && value.isNull }
        switch (witness, value) {
        case (.text, _), (.number, .bit): return value.text == said
        case (.double, .float(let float)): return Double(said) == Double(float)
        case (.double, .double(let double)): return Double(said) == double
        case (.hex, .bytes(let bytes)), (.hex, .geometry(let bytes)), (.hex, .vector(let bytes)):
            return bytes.map(RandomColumn.hex).joined() == said
        case (.hexText, .text(let text)), (.hexText, .json(let text)):
            return text.utf8.map(RandomColumn.hex).joined() == said
        default: return false
        }
    }
}
