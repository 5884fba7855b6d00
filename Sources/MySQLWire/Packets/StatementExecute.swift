package import NIOCore

/// COM_STMT_EXECUTE: `0x17, statement_id u32, flags u8, iteration_count u32 = 1`, and where there are parameters
/// `null_bitmap, new_params_bind_flag u8 = 1, types, values`. The values that were sent as long data are left out.
/// See [COM_STMT_EXECUTE](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html).
package struct StatementExecute: Sendable, Equatable {
    package var statementID: UInt32
    package var parameters: [MySQLValue]
    /// CURSOR_TYPE_READ_ONLY: rows wait on the server until they are fetched.
    package var opensCursor = false
    /// The parameters that were sent before, by COM_STMT_SEND_LONG_DATA: their values here only tell the type.
    package var longData: Set<Int> = []

    package init(statementID: UInt32, parameters: [MySQLValue]) {
        self.statementID = statementID
        self.parameters = parameters
    }

    /// The bytes that the values take, at least.
    var valueLength: Int {
        parameters.enumerated().reduce(0) { longData.contains($1.offset) ? $0 : $0 + $1.element.byteCount }
    }

    /// Of the encoded payload.
    func length(capabilities: CapabilityFlags) -> Int {
        var head = self
        head.longData = Set(parameters.indices)
        let values = parameters.enumerated().reduce(0) { length, parameter in
            longData.contains(parameter.offset) ? length : length + parameter.element.encodedLength
        }
        return head.encode(capabilities: capabilities).readableBytes + values
    }

    /// - Parameter capabilities: the session's; with QUERY_ATTRIBUTES each type has a (here empty) name behind it, and
    ///   the number of parameters stands before them.
    package func encode(capabilities: CapabilityFlags = []) -> ByteBuffer {
        let hasAttributes = capabilities.contains(.queryAttributes)
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0x17))
        buffer.writeLittle(statementID)
        buffer.writeInteger(UInt8(opensCursor ? 1 : 0))
        buffer.writeLittle(UInt32(1))
        guard !parameters.isEmpty else { return buffer }
        if hasAttributes { buffer.writeLengthEncoded(UInt64(parameters.count)) }
        var bitmap = [UInt8](repeating: 0, count: (parameters.count + 7) / 8)
        for (index, value) in parameters.enumerated() where value.isNull && !longData.contains(index) {
            bitmap[index / 8] |= 1 << UInt8(index % 8)
        }
        buffer.writeBytes(bitmap)
        buffer.writeInteger(UInt8(1))
        for value in parameters {
            let type = value.parameterType
            buffer.writeInteger(type.type.rawValue)
            buffer.writeInteger(type.isUnsigned ? UInt8(0x80) : 0)
            if hasAttributes { buffer.writeLengthEncoded(0) }
        }
        for (index, value) in parameters.enumerated() where !longData.contains(index) {
            buffer.write(parameter: value)
        }
        return buffer
    }
}

extension MySQLValue {
    /// As which type it is sent. A number goes as the widest of its kind: anything else is refused or rounded where the
    /// server wants an integer, as in LIMIT.
    var parameterType: (type: ColumnType, isUnsigned: Bool) {
        switch self {
        case .null: (.null, false)
        case .integer: (.longLong, false)
        case .unsigned, .year, .bit: (.longLong, true)
        case .float: (.float, false)
        case .double: (.double, false)
        case .decimal: (.newDecimal, false)
        case .date: (.date, false)
        case .time(let value): (value.isRefusedAsParameter ? .varString : .time, false)
        case .dateTime: (.dateTime, false)
        // MariaDB refuses parameters of type JSON, and MySQL takes its text for one.
        case .text, .json: (.varString, false)
        case .bytes, .geometry, .vector: (.blob, false)
        }
    }
}

extension MySQLTime {
    /// MySQL 9.7.4 refuses 838:00:00.000001 and more as a parameter (1690), although it is a TIME; as text it takes it.
    fileprivate var isRefusedAsParameter: Bool { hours >= 838 && microseconds != 0 }
}

extension MySQLValue {
    /// Of a string; a number counts as eight.
    var byteCount: Int {
        switch self {
        case .text(let text), .json(let text): text.utf8.count
        case .bytes(let bytes), .geometry(let bytes), .vector(let bytes): bytes.count
        default: 8
        }
    }

    /// Of ``StatementExecute``'s form of it.
    fileprivate var encodedLength: Int {
        var buffer = ByteBuffer()
        switch self {
        case .text, .json, .bytes, .geometry, .vector:
            buffer.writeLengthEncoded(UInt64(byteCount))
            return buffer.readableBytes + byteCount
        default:
            buffer.write(parameter: self)
            return buffer.readableBytes
        }
    }

    /// It can be sent as long data.
    var isString: Bool {
        switch self {
        case .text, .json, .bytes, .geometry, .vector: true
        default: false
        }
    }
}

extension ByteBuffer {
    /// Nothing is written for NULL, which the bitmap tells.
    fileprivate mutating func write(parameter value: MySQLValue) {
        switch value {
        case .null: break
        case .integer(let value): writeLittle(value)
        case .unsigned(let value), .bit(let value): writeLittle(value)
        case .year(let value): writeLittle(UInt64(value))
        case .float(let value): writeLittle(value.bitPattern)
        case .double(let value): writeLittle(value.bitPattern)
        case .decimal(let value): writeLengthEncoded(string: value.description)
        case .text(let value), .json(let value): writeLengthEncoded(string: value)
        case .bytes(let value), .geometry(let value), .vector(let value): writeLengthEncoded(bytes: value)
        case .date(let value):
            writeInteger(UInt8(4))
            write(date: value)
        case .dateTime(let value):
            writeInteger(UInt8(value.microseconds == 0 ? 7 : 11))
            write(date: value.date)
            writeBytes([value.hours, value.minutes, value.seconds])
            if value.microseconds != 0 { writeLittle(value.microseconds) }
        case .time(let value) where value.isRefusedAsParameter: writeLengthEncoded(string: value.description)
        case .time(let value):
            writeInteger(UInt8(value.microseconds == 0 ? 8 : 12))
            writeInteger(UInt8(value.isNegative ? 1 : 0))
            writeLittle(UInt32(value.hours / 24))
            writeBytes([UInt8(value.hours % 24), value.minutes, value.seconds])
            if value.microseconds != 0 { writeLittle(value.microseconds) }
        }
    }

    private mutating func write(date: MySQLDate) {
        writeLittle(date.year)
        writeBytes([date.month, date.day])
    }
}
