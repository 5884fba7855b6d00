/// What the old source's binary log holds beyond the anchor.
public enum TailScan: Sendable, Hashable, Codable {
    /// Only events that change nothing: Format_desc, Previous_gtids, Rotate, Stop and the like.
    case nothing
    /// Transactions that the new source never received, in lines for people, and row by row. Without a report the rows
    /// could not be read, and the last line says why.
    case lost(count: Int, summary: [String], report: LostReport?)
    /// The log ends before the anchor, or does not hold its file any more: what differs cannot be told from it.
    case unusable(String)

    /// How many transactions were lost; nil where that is not known.
    public var lostCount: Int? {
        switch self {
        case .nothing: 0
        case .lost(let count, _, _): count
        case .unusable: nil
        }
    }

    /// The lost transactions row by row; nil where that is not known.
    public var lostTransactions: [LostReport.Transaction]? {
        switch self {
        case .nothing: []
        case .lost(_, _, let report): report?.transactions
        case .unusable: nil
        }
    }

    /// True where the other look found the same transactions.
    ///
    /// A log only grows, so behind one place as many transactions are the same ones; where they are known, they are
    /// looked at all the same.
    func holdsSame(as other: TailScan) -> Bool {
        guard lostCount == other.lostCount else { return false }
        guard let one = lostTransactions, let another = other.lostTransactions else { return true }
        return one.map(\.place) == another.map(\.place)
    }

    /// The same without its rows, for a record that has them elsewhere.
    var withoutRows: TailScan {
        if case .lost(let count, let summary, _) = self {
            .lost(count: count, summary: summary, report: nil)
        } else {
            self
        }
    }
}
