internal import NIOCore

/// PREVIOUS_GTIDS: the transactions of all earlier files of this server.
public struct BinlogPreviousGTIDs: Sendable, Hashable, CustomStringConvertible {
    /// The numbers of one source, or of one tag of it.
    public struct Entry: Sendable, Hashable {
        /// 16 bytes.
        public var source: [UInt8]
        /// Empty where there is none.
        public var tag: String
        /// Both ends belong to it.
        public var intervals: [ClosedRange<UInt64>]
    }

    /// In the order of the event.
    public var entries: [Entry]

    /// The set as `@@gtid_executed` prints it, without its line breaks.
    public var description: String {
        var text = ""
        var previous: [UInt8]?
        for entry in entries {
            if entry.source != previous {
                if previous != nil { text += "," }
                text += BinlogGTID.text(uuid: entry.source)
                previous = entry.source
            }
            if !entry.tag.isEmpty { text += ":\(entry.tag)" }
            for interval in entry.intervals {
                let isOne = interval.lowerBound == interval.upperBound
                text += isOne ? ":\(interval.lowerBound)" : ":\(interval.lowerBound)-\(interval.upperBound)"
            }
        }
        return text
    }

    init(_ reader: inout WireReader) throws(WireError) {
        let header: UInt64 = try reader.integer("n_sids")
        // The format stands in the highest byte. In the tagged one it is repeated in the lowest, and the count lies
        // between the two.
        let format = header >> 56
        guard format <= 1 else { throw reader.error("n_sids", "unknown format \(format)") }
        let count = format == 0 ? header : header >> 8 & 0xFFFF_FFFF_FFFF
        entries = []
        var index: UInt64 = 0
        while index < count {
            let source = try reader.array(16, "sid")
            var tag = ""
            if format == 1 {
                let length = try reader.length(try BinlogGTIDEvent.varying(&reader, "tag_length"), "tag")
                tag = String(decoding: try reader.array(length, "tag"), as: UTF8.self)
            }
            let intervalCount: UInt64 = try reader.integer("n_intervals")
            var intervals: [ClosedRange<UInt64>] = []
            var interval: UInt64 = 0
            while interval < intervalCount {
                let start: UInt64 = try reader.integer("interval_start")
                let end: UInt64 = try reader.integer("interval_end")
                guard start < end else { throw reader.error("interval_end", "not behind its start") }
                intervals.append(start...(end - 1))
                interval += 1
            }
            entries.append(Entry(source: source, tag: tag, intervals: intervals))
            index += 1
        }
    }
}
