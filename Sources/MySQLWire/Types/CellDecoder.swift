/// Reads a `Decodable` type out of one cell.
///
/// What is ``MySQLDecodable`` is converted as everywhere; other types, such as an enumeration with a raw value, ask for
/// the one value that they are made of.
struct CellDecoder: Decoder, SingleValueDecodingContainer {
    let row: MySQLRow
    let column: Int
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw RowDecoder.refuse("another object", codingPath)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw RowDecoder.refuse("an array", codingPath) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { row.isNull(at: column) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let convertible = type as? any MySQLDecodable.Type else { return try Value(from: self) }
        func convert<Member: MySQLDecodable>(_ type: Member.Type) throws(MySQLError) -> Member {
            try row.decode(type, at: column)
        }
        guard let value = try convert(convertible) as? Value else { throw RowDecoder.refuse("\(type)", codingPath) }
        return value
    }
}
