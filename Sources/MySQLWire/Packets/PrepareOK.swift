package import NIOCore

/// COM_STMT_PREPARE_OK: `0x00, statement_id u32, num_columns u16, num_params u16, 0x00, warning_count u16`. Behind it come
/// as many definitions of parameters, then of columns.
/// See [COM_STMT_PREPARE](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html).
package struct PrepareOK: Sendable, Equatable {
    package var statementID: UInt32
    package var columnCount: UInt16
    package var parameterCount: UInt16
    package var warnings: UInt16

    package init(statementID: UInt32, columnCount: UInt16, parameterCount: UInt16, warnings: UInt16 = 0) {
        self.statementID = statementID
        self.columnCount = columnCount
        self.parameterCount = parameterCount
        self.warnings = warnings
    }

    package static func decode(_ payload: ByteBuffer) throws(WireError) -> PrepareOK {
        var reader = WireReader(payload, packet: "COM_STMT_PREPARE_OK")
        try reader.skip(1, "status")
        let statementID: UInt32 = try reader.integer("statement id")
        let columnCount: UInt16 = try reader.integer("number of columns")
        let parameterCount: UInt16 = try reader.integer("number of parameters")
        try reader.skip(1, "filler")
        // Servers before 4.1.1 leave it out.
        let warnings: UInt16 = reader.remaining >= 2 ? try reader.integer("warnings") : 0
        return PrepareOK(
            statementID: statementID,
            columnCount: columnCount,
            parameterCount: parameterCount,
            warnings: warnings
        )
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(0x00))
        buffer.writeLittle(statementID)
        buffer.writeLittle(columnCount)
        buffer.writeLittle(parameterCount)
        buffer.writeInteger(UInt8(0x00))
        buffer.writeLittle(warnings)
        return buffer
    }
}
