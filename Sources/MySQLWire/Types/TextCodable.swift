/// In JSON and its like these are the texts that the server prints. A row's cells do not go this way: they become values
/// as everywhere (see ``MySQLDecodable``).
extension MySQLDecimal: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.valueOfText() }
    public func encode(to encoder: any Encoder) throws { try encoder.encode(textOf: self) }
}

extension MySQLDate: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.valueOfText() }
    public func encode(to encoder: any Encoder) throws { try encoder.encode(textOf: self) }
}

extension MySQLTime: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.valueOfText() }
    public func encode(to encoder: any Encoder) throws { try encoder.encode(textOf: self) }
}

extension MySQLDateTime: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.valueOfText() }
    public func encode(to encoder: any Encoder) throws { try encoder.encode(textOf: self) }
}

extension Decoder {
    fileprivate func valueOfText<Value: LosslessStringConvertible>() throws -> Value {
        let container = try singleValueContainer()
        guard let value = Value(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "the text is no \(Value.self)")
        }
        return value
    }
}

extension Encoder {
    fileprivate func encode(textOf value: some LosslessStringConvertible) throws {
        var container = singleValueContainer()
        try container.encode(value.description)
    }
}
