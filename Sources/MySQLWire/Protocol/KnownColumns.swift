/// Reads definitions of columns where they lie. Those of the next result are often the same, in the same bytes: then they are not
/// read again.
struct KnownColumns: Sendable {
    /// Of the last result.
    private var last: MySQLColumns?

    /// What has arrived whole of the definitions that are due.
    ///
    /// - Returns: the columns, where the last definition was among those; nil where more are to come, or something else.
    mutating func take(from framer: inout PacketFramer, for response: inout ResponseMachine?) -> MySQLColumns? {
        guard let missing = response?.missingDefinitions, missing > 0 else { return nil }
        if let last, last.count == missing, response?.hasNoDefinitions == true, let packets = last.packets,
            framer.skip(packets, count: missing)
        {
            response?.described(as: last)
            return last
        }
        let packets = framer.scanPayloads(limit: missing) { payload, offset in
            response?.take(definition: payload, at: offset) == true
        }
        guard let packets, let columns = response?.taken(packets) else { return nil }
        last = columns.packets == nil ? nil : columns
        return columns
    }
}
