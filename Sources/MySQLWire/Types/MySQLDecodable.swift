/// A type that a cell can be converted to.
///
/// A conversion is exact or it throws: no number is cut off, no NULL becomes a zero, and text is never taken for a number.
public protocol MySQLDecodable {
    /// - Throws: ``MySQLError/Code/conversionFailed``; also for NULL, unless the type is an Optional. Which column it is
    ///   the error need not say, nor does the cell know: a row puts index and name before the message.
    init(_ cell: MySQLCell) throws(MySQLError)
}

extension Optional: MySQLDecodable where Wrapped: MySQLDecodable {
    @inlinable
    public init(_ cell: MySQLCell) throws(MySQLError) {
        self = cell.isNull ? nil : try Wrapped(cell)
    }
}

/// An enumeration with a raw value needs no more than to name the protocol.
extension MySQLDecodable where Self: RawRepresentable, RawValue: MySQLDecodable {
    /// From the raw value, if the type knows it.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard let value = Self(rawValue: try RawValue(cell)) else { throw cell.mismatch("\(Self.self)") }
        self = value
    }
}

extension MySQLValue: MySQLDecodable {
    public init(_ cell: MySQLCell) throws(MySQLError) { self = try cell.value() }
}

extension String: MySQLDecodable {
    /// Any cell that is UTF-8 text, or a number, date or time as the server would print it.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard let bytes = cell.bytes else { throw cell.mismatch("String") }
        self = try cell.anyText(bytes)
    }
}

extension [UInt8]: MySQLDecodable {
    /// A string, BLOB, JSON, GEOMETRY or VECTOR: its bytes as they are.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard let bytes = cell.bytes, cell.column.type.isString else { throw cell.mismatch("[UInt8]") }
        self = Array(bytes)
    }
}

extension Bool: MySQLDecodable {
    /// An integer or a BIT that is 0 or 1: the server has no other booleans.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        switch try UInt64(cell) {
        case 0: self = false
        case 1: self = true
        default: throw cell.mismatch("Bool")
        }
    }
}

extension MySQLDecimal: MySQLDecodable {
    /// A DECIMAL, or an integer.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        switch try cell.value() {
        case .decimal(let value): self = value
        case .integer(let value): self = try Self(text: String(value), cell)
        case .unsigned(let value): self = try Self(text: String(value), cell)
        default: throw cell.mismatch("MySQLDecimal")
        }
    }

    private init(text: String, _ cell: MySQLCell) throws(MySQLError) {
        guard let value = MySQLDecimal(text) else { throw cell.mismatch("MySQLDecimal") }
        self = value
    }
}

extension MySQLDate: MySQLDecodable {
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard case .date(let value) = try cell.value() else { throw cell.mismatch("MySQLDate") }
        self = value
    }
}

extension MySQLTime: MySQLDecodable {
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard case .time(let value) = try cell.value() else { throw cell.mismatch("MySQLTime") }
        self = value
    }
}

extension MySQLDateTime: MySQLDecodable {
    /// A DATETIME or TIMESTAMP.
    // The effect: see MySQLCell.parseLong.
    @_effects(releasenone)
    public init(_ cell: MySQLCell) throws(MySQLError) {
        guard cell.column.type == .dateTime || cell.column.type == .timestamp, let bytes = cell.bytes else {
            throw cell.mismatch("MySQLDateTime")
        }
        self = try cell.dateTime(bytes)
    }
}
