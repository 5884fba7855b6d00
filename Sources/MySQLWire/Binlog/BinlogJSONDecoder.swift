internal import NIOCore

/// Binary JSON to the text that SELECT prints (MySQL source: json_binary.h describes the form).
///
/// Offsets in the document may point anywhere, even twice to one place. A document of the server never lets two
/// values share bytes, so the number of values and the bytes of all strings are bounded by the document's length;
/// that keeps a hostile one from growing without end.
struct BinlogJSONDecoder {
    private let bytes: [UInt8]
    private var valuesLeft: Int
    private var stringBytesLeft: Int
    private var text = ""
    private(set) var isTextExact = true

    /// The server's own limit (JSON_DOCUMENT_MAX_DEPTH).
    private static let maximumDepth = 100

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        valuesLeft = bytes.count
        stringBytesLeft = bytes.count
    }

    mutating func document() throws(WireError) -> String {
        // An empty document: NULL became a value in a column that allows none.
        guard let type = bytes.first else { return "null" }
        try value(type, at: 1, depth: 1)
        return text
    }

    private func error(_ field: String, _ offset: Int, _ reason: String = "truncated") -> WireError {
        WireError(packet: "JSON value", field: field, offset: offset, reason: reason)
    }

    private func integer(_ count: Int, at offset: Int, _ field: String) throws(WireError) -> UInt64 {
        guard offset >= 0, count <= bytes.count - offset else { throw error(field, offset) }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    private mutating func value(_ type: UInt8, at offset: Int, depth: Int) throws(WireError) {
        valuesLeft -= 1
        guard valuesLeft >= 0 else { throw error("value", offset, "values share their bytes") }
        switch type {
        case 0x00, 0x01: try container(isObject: true, isLarge: type & 1 == 1, at: offset, depth: depth)
        case 0x02, 0x03: try container(isObject: false, isLarge: type & 1 == 1, at: offset, depth: depth)
        case 0x04: try literal(try integer(1, at: offset, "literal"), offset)
        case 0x05: text += String(Int16(truncatingIfNeeded: try integer(2, at: offset, "int16")))
        case 0x06: text += String(try integer(2, at: offset, "uint16"))
        case 0x07: text += String(Int32(truncatingIfNeeded: try integer(4, at: offset, "int32")))
        case 0x08: text += String(try integer(4, at: offset, "uint32"))
        case 0x09: text += String(Int64(bitPattern: try integer(8, at: offset, "int64")))
        case 0x0A: text += String(try integer(8, at: offset, "uint64"))
        case 0x0B:
            let number = MySQLNumberText.text(Double(bitPattern: try integer(8, at: offset, "double")))
            text += number.contains { $0 == "." || $0 == "e" } ? number : number + ".0"
        case 0x0C: try quote(try string(at: offset))
        case 0x0F: try opaque(at: offset)
        default: throw error("type", offset, "unknown type \(type)")
        }
    }

    private mutating func literal(_ value: UInt64, _ offset: Int) throws(WireError) {
        switch value {
        case 0: text += "null"
        case 1: text += "true"
        case 2: text += "false"
        default: throw error("literal", offset, "unknown literal \(value)")
        }
    }

    private mutating func container(isObject: Bool, isLarge: Bool, at start: Int, depth: Int) throws(WireError) {
        guard depth <= Self.maximumDepth else { throw error("depth", start, "deeper than \(Self.maximumDepth)") }
        let width = isLarge ? 4 : 2
        let count = Int(try integer(width, at: start, "element_count"))
        let size = Int(try integer(width, at: start + width, "size"))
        let keyWidth = isObject ? width + 2 : 0
        guard size <= bytes.count - start, count <= size / (keyWidth + width + 1) else {
            throw error("size", start, "larger than its document")
        }
        text += isObject ? "{" : "["
        for index in 0..<count {
            if index > 0 { text += ", " }
            if isObject {
                let entry = start + 2 * width + index * keyWidth
                let offset = Int(try integer(width, at: entry, "key_offset"))
                let length = Int(try integer(2, at: entry + width, "key_length"))
                guard offset <= size, length <= size - offset else { throw error("key", entry) }
                try quote(start + offset..<start + offset + length)
                text += ": "
            }
            let entry = start + 2 * width + count * keyWidth + index * (width + 1)
            let type = UInt8(truncatingIfNeeded: try integer(1, at: entry, "value_type"))
            // What fits into the entry lies there itself, instead of an offset to it.
            let isInline = [0x04, 0x05, 0x06].contains(type) || isLarge && [0x07, 0x08].contains(type)
            guard !isInline else {
                try value(type, at: entry + 1, depth: depth + 1)
                continue
            }
            let offset = Int(try integer(width, at: entry + 1, "value_offset"))
            guard offset < size else { throw error("value_offset", entry, "outside its container") }
            try value(type, at: start + offset, depth: depth + 1)
        }
        text += isObject ? "}" : "]"
    }

    /// A length of one to five bytes of seven bits each, then as many bytes: where they lie.
    private func string(at offset: Int) throws(WireError) -> Range<Int> {
        var length: UInt64 = 0
        for index in 0..<5 {
            let byte = try integer(1, at: offset + index, "length")
            length |= (byte & 0x7F) << UInt64(7 * index)
            guard byte & 0x80 == 0 else { continue }
            let start = offset + index + 1
            guard length <= UInt64(bytes.count - start) else { throw error("string", offset) }
            return start..<start + Int(length)
        }
        throw error("length", offset, "more than five bytes")
    }

    private mutating func quote(_ range: Range<Int>) throws(WireError) {
        stringBytesLeft -= range.count
        guard stringBytesLeft >= 0 else { throw error("string", range.lowerBound, "strings share their bytes") }
        appendQuoted(String(decoding: bytes[range], as: UTF8.self))
    }

    private mutating func appendQuoted(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            case "\u{C}": text += "\\f"
            case "\r": text += "\\r"
            case "\0"..<" ": text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// A value of an SQL type: the type's number, a length, its bytes.
    private mutating func opaque(at offset: Int) throws(WireError) {
        let type = ColumnType(rawValue: UInt8(truncatingIfNeeded: try integer(1, at: offset, "opaque_type")))
        let range = try string(at: offset + 1)
        stringBytesLeft -= range.count
        guard stringBytesLeft >= 0 else { throw error("opaque", offset, "values share their bytes") }
        isTextExact = false
        switch type {
        case .newDecimal:
            var reader = WireReader(ByteBuffer(bytes: bytes[range]), packet: "JSON value")
            let precision: UInt8 = try reader.integer("precision")
            let scale: UInt8 = try reader.integer("scale")
            text += try BinlogDecimal.text(&reader, precision: Int(precision), scale: Int(scale))
        case .date, .dateTime, .timestamp, .time:
            guard range.count == 8 else { throw error("opaque", offset, "temporal value of \(range.count) bytes") }
            let packed = try integer(8, at: range.lowerBound, "temporal")
            switch type {
            case .date: appendQuoted(MySQLDateTime(packed: packed, digits: 6).date.description)
            case .time: appendQuoted(MySQLTime(packed: Int64(bitPattern: packed), digits: 6).description)
            default: appendQuoted(MySQLDateTime(packed: packed, digits: 6).description)
            }
        default:
            appendQuoted("base64:type\(type.rawValue):" + Base64.text(bytes[range]))
        }
    }
}
