/// What the old source's binary log holds beyond the anchor.
public enum TailScan: Sendable, Hashable {
    /// Only events that change nothing: Format_desc, Previous_gtids, Rotate, Stop and the like.
    case nothing
    /// Transactions that the new source never received, in lines for people, and row by row where the log could be
    /// decoded.
    case lost(count: Int, summary: [String], report: LostReport?)
    /// The log ends before the anchor, or does not hold its file any more: what differs cannot be told from it.
    case unusable(String)
}
