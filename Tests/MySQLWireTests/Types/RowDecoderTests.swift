import Foundation
import NIOCore
import Testing

@testable import MySQLWire

@Suite struct RowDecoderTests {
    static func row(_ cells: [(name: String, type: ColumnType, text: String?)]) throws -> MySQLRow {
        let columns = MySQLColumns(cells.map { ColumnDefinition(name: $0.name, type: $0.type) })
        let payload = TextRow(cells.map(\.text)).encode()
        return try MySQLRowBatch(scanning: payload, columns: columns, format: .text)[0]
    }

    enum Kind: String, Decodable { case tool, toy }
    enum Level: Int, Decodable { case low = 1, high }

    struct Product: Decodable, Equatable {
        var id: Int64
        var name: String?
        var kind: Kind
        var level: Level?
        var price: Double
        var isOld: Bool
        var note: String?

        enum CodingKeys: String, CodingKey {
            case id, name, kind, level, price, note
            case isOld = "is_old"
        }
    }

    static let cells: [(name: String, type: ColumnType, text: String?)] = [
        ("price", .double, "1.5"), ("id", .longLong, "42"), ("name", .varString, nil), ("kind", .varString, "toy"),
        ("level", .tiny, "2"), ("is_old", .tiny, "1"), ("other", .varString, "left out"),
    ]

    @Test func `a row becomes a type whose keys are its columns`() throws {
        let product = try Self.row(Self.cells).decode(as: Product.self)
        #expect(
            product
                == Product(id: 42, name: nil, kind: .toy, level: .high, price: 1.5, isOld: true, note: nil)
        )
        #expect(try Self.row([("x", .long, "7")]).decode(as: Int.self) == 7)
        #expect(try Self.row([("x", .varString, "tool")]).decode(as: Kind.self) == .tool)
        let (id, name) = try Self.row([("id", .long, "7"), ("name", .varString, "x")]).decode((Int8, String).self)
        #expect(id == 7 && name == "x")
    }

    struct Sale: Codable, Equatable {
        var price: MySQLDecimal
        var day: MySQLDate
        var at: MySQLDateTime?
        var lead: MySQLTime
    }

    @Test func `the exact types are members of such types, and texts in JSON`() throws {
        let cells: [(name: String, type: ColumnType, text: String?)] = [
            ("price", .newDecimal, "12.50"), ("day", .date, "2026-01-31"), ("at", .dateTime, "2026-01-31 23:59:59.5"),
            ("lead", .time, "-100:00:01"),
        ]
        let sale = try Self.row(cells).decode(as: Sale.self)
        #expect("\(sale.price) \(sale.day) \(sale.lead)" == "12.50 2026-01-31 -100:00:01")
        let json = try JSONEncoder().encode(sale)
        #expect(String(decoding: json, as: UTF8.self).contains(#""at":"2026-01-31 23:59:59.5""#))
        #expect(try JSONDecoder().decode(Sale.self, from: json) == sale)
        let wrong = Data(#"{"price": "12,50", "day": "2026-01-31", "lead": "0:0:0"}"#.utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Sale.self, from: wrong) }
    }

    @Test func `a row that is printed shows names and values`() throws {
        let row = try Self.row([("id", .long, "7"), ("name", .varString, nil), ("day", .date, "no date")])
        #expect("\(row)" == "[id: 7, name: NULL, day: no date]")
        #expect("\(row.columns)" == "[id, name, day]")
    }

    /// A type of a program's own, whose error cannot name the column.
    struct Grade: MySQLDecodable {
        init(_ cell: MySQLCell) throws(MySQLError) {
            throw MySQLError(.conversionFailed, phase: .rows, message: "no grade")
        }
    }

    @Test func `the error of a type of a program's own gets the column's index and name`() throws {
        let row = try Self.row([("id", .long, "7"), ("grade", .long, "7")])
        for body in [
            { _ = try row.decode((Int, Grade).self) }, { _ = try row.decode(Grade?.self, at: 1) },
            { _ = try row.decode(Grade.self, named: "grade") },
        ] as [() throws -> Void] {
            let error = #expect(throws: MySQLError.self) { try body() }
            #expect(error?.message == "column 1 (grade): no grade")
        }
    }

    @Test func `what does not fit is an error that names the column`() throws {
        func change(_ name: String, _ text: String?) throws -> MySQLRow {
            try Self.row(Self.cells.map { $0.name == name ? ($0.name, $0.type, text) : $0 })
        }
        for (name, text) in [("id", "x"), ("id", nil), ("kind", "nothing"), ("level", "9"), ("is_old", "2")]
            as [(String, String?)]
        {
            #expect(throws: (any Error).self, "\(name)") { try change(name, text).decode(as: Product.self) }
        }
        let error = #expect(throws: MySQLError.self) { try change("id", "x").decode(as: Product.self) }
        #expect(error?.code == .conversionFailed && error?.message.contains("(id)") == true)
        #expect(throws: DecodingError.self) { try Self.row([("id", .long, "7")]).decode(as: Product.self) }
        struct Nested: Decodable { var id: [String: Int] }
        #expect(throws: DecodingError.self) { try Self.row([("id", .long, "7")]).decode(as: Nested.self) }
        #expect(throws: DecodingError.self) { try Self.row([("id", .long, "7")]).decode(as: [Int].self) }
        #expect(throws: MySQLError.self) { try Self.row([("id", .long, "7")]).decode((Int, Int).self) }
        #expect(throws: MySQLError.self) { try Self.row([("id", .long, "7")]).decode(Int.self, named: "ID") }
    }
}
