internal import NIOCore

/// The 19 bytes that begin every event of a version 4 binary log (manual: "Binary Log Event Header").
public struct BinlogEventHeader: Sendable, Hashable {
    /// Seconds since 1970 at the start of the statement on the server that ran it first; 0 in artificial events.
    public var timestamp: UInt32
    /// Which event it is.
    public var type: BinlogEventType
    /// The server that ran the statement first, not the one whose log this is.
    public var serverID: UInt32
    /// The whole event's length in bytes, header and checksum included.
    public var size: UInt32
    /// The low 32 bits of the position just behind this event in its file; 0 in artificial events.
    public var endPosition: UInt32
    /// LOG_EVENT_BINLOG_IN_USE_F 1, LOG_EVENT_ARTIFICIAL_F 32 and so on.
    public var flags: UInt16

    /// 19 bytes, in every version 4 log.
    public static let length = 19

    /// LOG_EVENT_ARTIFICIAL_F: made for this stream, not in the file.
    public var isArtificial: Bool { flags & 0x20 != 0 }
    /// LOG_EVENT_IGNORABLE_F: a reader that does not know its type may pass over it.
    public var isIgnorable: Bool { flags & 0x80 != 0 }
    /// LOG_EVENT_BINLOG_IN_USE_F, in a FORMAT_DESCRIPTION: the file was not closed: it is being written, or its
    /// server died.
    public var isInUse: Bool { flags & 0x1 != 0 }

    /// A header of a caller's own, for tests and simulations.
    public init(
        timestamp: UInt32,
        type: BinlogEventType,
        serverID: UInt32,
        size: UInt32,
        endPosition: UInt32,
        flags: UInt16
    ) {
        self.timestamp = timestamp
        self.type = type
        self.serverID = serverID
        self.size = size
        self.endPosition = endPosition
        self.flags = flags
    }

    init(_ reader: inout WireReader) throws(WireError) {
        timestamp = try reader.integer("timestamp")
        type = BinlogEventType(rawValue: try reader.integer("type"))
        serverID = try reader.integer("server_id")
        size = try reader.integer("event_size")
        endPosition = try reader.integer("log_pos")
        flags = try reader.integer("flags")
        guard size >= UInt32(Self.length) else { throw reader.error("event_size", "shorter than a header") }
    }
}
