/// Whose transactions a server's binary log holds after a recorded place of parting: what became of the two since then.
///
/// Anchors of our own are left out, as everywhere.
public struct LogOrigins: Sendable, Hashable {
    /// Where the first one stands that was written on the server itself; nil for none.
    public var firstOwn: BinaryLogCoordinates?
    /// Where the first one stands that it applied as a replica; nil for none.
    public var firstReplicated: BinaryLogCoordinates?

    public init(firstOwn: BinaryLogCoordinates? = nil, firstReplicated: BinaryLogCoordinates? = nil) {
        self.firstOwn = firstOwn
        self.firstReplicated = firstReplicated
    }

    /// Its clients wrote before anything was replicated: it was opened at that place, and has been going alone since.
    public var beginsWithOwn: Bool {
        guard let firstOwn else { return false }
        return firstReplicated.map { firstOwn.isBefore($0) ?? false } ?? true
    }
}

/// ``LogOrigins``, or why they are not known.
public enum OriginScan: Sendable, Hashable {
    case read(LogOrigins)
    /// The log does not hold that place any more, or may not be read.
    case unreadable(String)
}
