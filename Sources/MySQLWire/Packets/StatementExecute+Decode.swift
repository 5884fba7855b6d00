package import NIOCore

extension StatementExecute {
    /// A server's side of ``encode(capabilities:)``, for what this client sends: types with each execution, and none
    /// narrower than they have to be.
    ///
    /// - Parameters:
    ///   - parameterCount: as COM_STMT_PREPARE_OK told it.
    ///   - longData: the parameters that came before.
    package static func decode(
        _ payload: ByteBuffer,
        parameterCount: Int,
        longData: Set<Int> = [],
        capabilities: CapabilityFlags = []
    ) throws(WireError) -> StatementExecute {
        var reader = WireReader(payload, packet: "COM_STMT_EXECUTE")
        try reader.skip(1, "command")
        var packet = StatementExecute(statementID: try reader.integer("statement id"), parameters: [])
        packet.opensCursor = try reader.integer("flags", as: UInt8.self) & 1 == 1
        packet.longData = longData
        try reader.skip(4, "iteration count")
        guard parameterCount > 0 else { return packet }
        let hasNames = capabilities.contains(.queryAttributes)
        if hasNames { _ = try reader.lengthEncoded("parameter count") }
        let bitmap = Array(buffer: try reader.bytes((parameterCount + 7) / 8, "NULL bitmap"))
        guard try reader.integer("new parameters bound", as: UInt8.self) == 1 else {
            throw reader.error("new parameters bound", "the types are those of an execution before")
        }
        var types: [(type: ColumnType, isUnsigned: Bool)] = []
        for _ in 0..<parameterCount {
            let type = ColumnType(rawValue: try reader.integer("parameter type"))
            types.append((type, try reader.integer("parameter flag", as: UInt8.self) & 0x80 != 0))
            if hasNames { _ = try reader.lengthEncodedBytes("parameter name") }
        }
        for (index, type) in types.enumerated() {
            if longData.contains(index) {
                packet.parameters.append(type.type == .blob ? .bytes([]) : .text(""))
            } else if bitmap[index / 8] >> UInt8(index % 8) & 1 == 1 {
                packet.parameters.append(.null)
            } else {
                packet.parameters.append(try value(&reader, type.type, isUnsigned: type.isUnsigned))
            }
        }
        guard reader.isAtEnd else { throw reader.error("values", "bytes after the last value") }
        return packet
    }

    private static func value(
        _ reader: inout WireReader,
        _ type: ColumnType,
        isUnsigned: Bool
    ) throws(WireError) -> MySQLValue {
        switch type {
        case .longLong:
            isUnsigned ? .unsigned(try reader.integer("value")) : .integer(try reader.integer("value"))
        case .float: .float(Float(bitPattern: try reader.integer("value")))
        case .double: .double(Double(bitPattern: try reader.integer("value")))
        case .varString: .text(try reader.lengthEncodedString("value"))
        case .blob: .bytes(Array(buffer: try reader.lengthEncodedBytes("value")))
        default: throw reader.error("parameter type", "type \(type.rawValue) is not taken apart")
        }
    }
}
