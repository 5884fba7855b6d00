extension FixedWidthInteger where Self: MySQLDecodable {
    /// An integer, a YEAR, a BIT, or a DECIMAL without a fraction (as SUM returns it), where it fits.
    @inlinable
    public init(_ cell: MySQLCell) throws(MySQLError) {
        if cell.column.type.isInteger, let bytes = cell.bytes, let value: Self = cell.integer(bytes) {
            self = value
        } else {
            self = try cell.otherInteger()
        }
    }
}

extension Int: MySQLDecodable {}
extension Int8: MySQLDecodable {}
extension Int16: MySQLDecodable {}
extension Int32: MySQLDecodable {}
extension Int64: MySQLDecodable {}
extension UInt: MySQLDecodable {}
extension UInt8: MySQLDecodable {}
extension UInt16: MySQLDecodable {}
extension UInt32: MySQLDecodable {}
extension UInt64: MySQLDecodable {}

extension Double: MySQLDecodable {
    /// A DOUBLE or FLOAT; an integer that it holds exactly; of a DECIMAL the nearest number.
    @inlinable
    public init(_ cell: MySQLCell) throws(MySQLError) {
        if cell.column.type == .double, let bytes = cell.bytes, cell.format == .binary, bytes.count == 8 {
            self.init(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
        } else {
            try self.init(other: cell)
        }
    }

    // The effect: see MySQLCell.parseLong.
    @usableFromInline
    @_effects(releasenone)
    init(other cell: MySQLCell) throws(MySQLError) {
        if cell.column.type == .double, let bytes = cell.bytes {
            self = try cell.double(bytes)
            return
        }
        switch try cell.value() {
        case .double(let value): self = value
        case .float(let value): self = Double(value)
        case .decimal(let value): self = value.double
        case .integer(let value): self = try Self(whole: value, cell)
        case .unsigned(let value): self = try Self(whole: value, cell)
        default: throw cell.mismatch("Double")
        }
    }

    private init(whole: some BinaryInteger, _ cell: MySQLCell) throws(MySQLError) {
        guard let value = Double(exactly: whole) else { throw cell.mismatch("Double") }
        self = value
    }
}

extension Float: MySQLDecodable {
    /// A FLOAT, or a number that it holds exactly.
    public init(_ cell: MySQLCell) throws(MySQLError) {
        if cell.column.type == .float, let bytes = cell.bytes {
            self = try cell.float(bytes)
            return
        }
        guard cell.column.type != .decimal, cell.column.type != .newDecimal,
            let value = Float(exactly: try Double(cell))
        else { throw cell.mismatch("Float") }
        self = value
    }
}
