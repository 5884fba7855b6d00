/// A type whose values can be bound to a statement.
public protocol MySQLEncodable: Sendable {
    /// What is bound.
    var mysqlValue: MySQLValue { get }
}

extension MySQLValue: MySQLEncodable {
    public var mysqlValue: MySQLValue { self }
}

/// An enumeration with a raw value needs no more than to name the protocol.
extension MySQLEncodable where Self: RawRepresentable, RawValue: MySQLEncodable {
    public var mysqlValue: MySQLValue { rawValue.mysqlValue }
}

extension Optional: MySQLEncodable where Wrapped: MySQLEncodable {
    public var mysqlValue: MySQLValue { self?.mysqlValue ?? .null }
}

extension FixedWidthInteger where Self: MySQLEncodable {
    /// Signed or unsigned as the type is. One of more than 64 bits that does not fit is bound as a decimal.
    public var mysqlValue: MySQLValue {
        if Self.isSigned, let value = Int64(exactly: self) { return .integer(value) }
        if let value = UInt64(exactly: self) { return .unsigned(value) }
        return MySQLDecimal(String(self)).map { .decimal($0) } ?? .text(String(self))
    }
}

extension Int: MySQLEncodable {}
extension Int8: MySQLEncodable {}
extension Int16: MySQLEncodable {}
extension Int32: MySQLEncodable {}
extension Int64: MySQLEncodable {}
extension UInt: MySQLEncodable {}
extension UInt8: MySQLEncodable {}
extension UInt16: MySQLEncodable {}
extension UInt32: MySQLEncodable {}
extension UInt64: MySQLEncodable {}

extension Bool: MySQLEncodable {
    public var mysqlValue: MySQLValue { .integer(self ? 1 : 0) }
}

extension Float: MySQLEncodable {
    public var mysqlValue: MySQLValue { .float(self) }
}

extension Double: MySQLEncodable {
    public var mysqlValue: MySQLValue { .double(self) }
}

extension String: MySQLEncodable {
    public var mysqlValue: MySQLValue { .text(self) }
}

extension [UInt8]: MySQLEncodable {
    public var mysqlValue: MySQLValue { .bytes(self) }
}

extension MySQLDecimal: MySQLEncodable {
    public var mysqlValue: MySQLValue { .decimal(self) }
}

extension MySQLDate: MySQLEncodable {
    public var mysqlValue: MySQLValue { .date(self) }
}

extension MySQLTime: MySQLEncodable {
    public var mysqlValue: MySQLValue { .time(self) }
}

extension MySQLDateTime: MySQLEncodable {
    public var mysqlValue: MySQLValue { .dateTime(self) }
}
