/// One cell of a row, lent for the time of a call: its bytes as they came, and what its column says of them.
public struct MySQLCell {
    /// Nil for NULL.
    public let bytes: UnsafeRawBufferPointer?
    /// How a value lies in the bytes.
    public let format: RowFormat
    /// What the column says of them.
    public let column: ColumnTraits

    /// A cell of a caller's own, for tests of its conversions.
    @inlinable
    public init(bytes: UnsafeRawBufferPointer?, format: RowFormat, column: ColumnTraits) {
        self.bytes = bytes
        self.format = format
        self.column = column
    }

    /// Whether it is SQL NULL.
    @inlinable public var isNull: Bool { bytes == nil }

    /// The value without any loss.
    ///
    /// - Throws: ``MySQLError/Code/conversionFailed`` where the bytes are none of the column's type.
    public func value() throws(MySQLError) -> MySQLValue {
        guard let bytes, column.type != .null else { return .null }
        switch column.type {
        case .tiny, .short, .int24, .long, .longLong:
            return column.isUnsigned
                ? .unsigned(try wholeInteger(bytes, as: UInt64.self))
                : .integer(try wholeInteger(bytes, as: Int64.self))
        case .year: return .year(try wholeInteger(bytes, as: UInt16.self))
        case .float: return .float(try float(bytes))
        case .double: return .double(try double(bytes))
        case .decimal, .newDecimal: return .decimal(try decimal(bytes))
        case .date, .newDate: return .date(try date(bytes))
        case .time: return .time(try time(bytes))
        case .dateTime, .timestamp: return .dateTime(try dateTime(bytes))
        case .bit: return .bit(try bit(bytes))
        case .json: return .json(try text(bytes))
        case .geometry: return .geometry(Array(bytes))
        case .vector: return .vector(Array(bytes))
        default:
            guard !column.isBinary, let text = String(validating: bytes, as: UTF8.self) else {
                return .bytes(Array(bytes))
            }
            return .text(text)
        }
    }

    /// The text of a cell that is not NULL; of a binary row, as a text result would show it.
    func anyText(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> String {
        if format == .text, column.type != .bit { return try text(bytes) }
        switch column.type {
        case .tiny, .short, .int24, .long, .longLong, .year, .float, .double, .date, .newDate, .time, .dateTime,
            .timestamp, .bit:
            return try value().text ?? ""
        default: return try text(bytes)
        }
    }

    /// The same whatever the bytes are: what is not UTF-8 becomes U+FFFD.
    func shownText(_ bytes: UnsafeRawBufferPointer) -> String {
        if format == .binary, let text = try? anyText(bytes) { return text }
        return String(decoding: bytes, as: UTF8.self)
    }

    func text(_ bytes: UnsafeRawBufferPointer) throws(MySQLError) -> String {
        // Not by String(validating:as:), which looks up the types of its encoding at each call.
        do {
            return String(copying: try UTF8Span(validating: bytes.assumingMemoryBound(to: UInt8.self).span))
        } catch {
            throw mismatch("text that is UTF-8")
        }
    }

    @usableFromInline
    func mismatch(_ wanted: String) -> MySQLError {
        MySQLError(
            .conversionFailed,
            phase: .rows,
            fate: .maybeExecuted,
            message: bytes == nil
                ? "a NULL is no \(wanted)"
                : "a cell of type 0x\(String(column.type.rawValue, radix: 16)) is no \(wanted)"
        )
    }
}

@available(*, unavailable)
extension MySQLCell: Sendable {}
