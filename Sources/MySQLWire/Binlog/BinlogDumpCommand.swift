package import NIOCore

/// COM_BINLOG_DUMP: `0x12, position u32, flags u16, server_id u32, file name to the end`.
/// See [COM_BINLOG_DUMP](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_binlog_dump.html).
package struct BinlogDumpCommand: Sendable, Equatable {
    /// BINLOG_DUMP_NON_BLOCK: an EOF at the end of the log instead of waiting for more.
    package static let nonBlocking: UInt16 = 0x0001

    package var file: String
    /// 32 bits, so no event beyond 4 GiB can be the first one.
    package var position: UInt32
    package var flags: UInt16
    package var serverID: UInt32

    package init(file: String, position: UInt32, flags: UInt16, serverID: UInt32) {
        self.file = file
        self.position = position
        self.flags = flags
        self.serverID = serverID
    }

    package func encode() -> ByteBuffer {
        var buffer = ByteBuffer(bytes: [0x12])
        buffer.writeLittle(position)
        buffer.writeLittle(flags)
        buffer.writeLittle(serverID)
        buffer.writeString(file)
        return buffer
    }
}
