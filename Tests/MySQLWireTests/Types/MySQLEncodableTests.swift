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
}
