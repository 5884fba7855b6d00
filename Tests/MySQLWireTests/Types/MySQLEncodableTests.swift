import Foundation
public import MySQLWire
import Testing

extension Int128: MySQLEncodable {}
extension UInt128: MySQLEncodable {}

@Suite struct MySQLEncodableTests {
    @Test func `an integer is bound as it is, also one that no column of integers can hold`() {
        #expect(Int128(-1).mysqlValue == .integer(-1))
        #expect(UInt128(1).mysqlValue == .unsigned(1))
        #expect(Int64.min.mysqlValue == .integer(.min))
        #expect(UInt64.max.mysqlValue == .unsigned(.max))
        #expect(Int128.min.mysqlValue == MySQLDecimal(String(Int128.min)).map { .decimal($0) })
        #expect(UInt128.max.mysqlValue == MySQLDecimal(String(UInt128.max)).map { .decimal($0) })
    }

    private enum Size: Int16, MySQLEncodable, MySQLDecodable { case small = 1, large }
    private enum State: String, MySQLEncodable, MySQLDecodable, Decodable { case open, paid }

    @Test func `an enumeration is bound and read by its raw value`() throws {
        #expect(Size.large.mysqlValue == .integer(2))
        #expect(State.paid.mysqlValue == .text("paid"))
        #expect(try MySQLCellTests.decode([2, 0], .short) == Size.large)
        #expect(try MySQLCellTests.decode(Array("open".utf8), .string, .text, collation: 255) == State.open)
        #expect(throws: MySQLError.self) { try MySQLCellTests.decode([3, 0], .short, as: Size.self) }
        #expect(throws: MySQLError.self) { try MySQLCellTests.decode(nil, .short, as: Size.self) }
        #expect(try MySQLCellTests.decode(nil, .short, as: Size?.self) == nil)
        #expect(try RowDecoderTests.row([("s", .string, "paid")]).decode(as: State.self) == .paid)
    }

    @Test func `Data is bytes`() throws {
        let data = Data([0, 0xFF])
        #expect(data.mysqlValue == .bytes([0, 0xFF]))
        #expect(try MySQLCellTests.decode([0, 0xFF], .blob) == data)
        #expect(throws: MySQLError.self) { try MySQLCellTests.decode([1, 0], .short, as: Data.self) }
    }
}
