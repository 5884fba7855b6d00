/// Reads a `Decodable` type out of one row: its keys are the names of columns.
struct RowDecoder: Decoder {
    let row: MySQLRow
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw RowDecoder.refuse("an array", []) }

    /// A type that is one value only is read from the first column.
    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        CellDecoder(row: row, column: 0, codingPath: [])
    }

    static func refuse(_ what: String, _ path: [any CodingKey]) -> DecodingError {
        .typeMismatch(
            MySQLRow.self,
            .init(codingPath: path, debugDescription: "a row has a value for each key, and not \(what)")
        )
    }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let row: MySQLRow
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { row.columns.names.compactMap { Key(stringValue: $0) } }

        func contains(_ key: Key) -> Bool { row.columns.index(named: key.stringValue) != nil }

        private func cell(_ key: Key) throws -> CellDecoder {
            guard let column = row.columns.index(named: key.stringValue) else {
                throw DecodingError.keyNotFound(
                    key,
                    .init(
                        codingPath: [key],
                        debugDescription:
                            "there is no column \"\(key.stringValue)\"; there are \(row.columns.names.joined(separator: ", "))"
                    )
                )
            }
            return CellDecoder(row: row, column: column, codingPath: [key])
        }

        func decodeNil(forKey key: Key) throws -> Bool { try cell(key).decodeNil() }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try cell(key).decode(type)
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> { throw RowDecoder.refuse("another object", [key]) }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            throw RowDecoder.refuse("an array", [key])
        }

        func superDecoder() throws -> any Decoder { RowDecoder(row: row) }
        func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }
    }
}
