/// Why a lost change cannot be applied to the new source.
public struct KeepConflict: Sendable, Hashable, Codable {
    /// What stands in the way.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// A row with that key is there already.
        case keyExists
        /// The row that was updated or deleted is not there.
        case rowMissing
        /// The row is there with another content than it had before the lost change.
        case rowDiffers
        /// The server refused the statement, for instance for another unique key.
        case refused
    }

    public var reason: Reason
    /// The transaction's place in the report, counted from 0.
    public var transaction: Int
    public var change: LostReport.Change
    /// The row that the new source holds, where there is one.
    public var present: RowImage?
    /// The server's error number, where it refused.
    public var errorNumber: UInt16?
}

extension KeepConflict: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .keyExists: "\(change): the key is taken by \(present?.description ?? "another row")"
        case .rowMissing: "\(change): that row is not there"
        case .rowDiffers: "\(change): the row is now \(present?.description ?? "another one")"
        case .refused: "\(change): refused with error \(errorNumber.map { String($0) } ?? "unknown")"
        }
    }
}

/// How `--lost keep` ended.
public enum KeepOutcome: Sendable, Hashable {
    /// All changes are on the new source.
    case applied(changes: Int)
    /// Nothing is: all was rolled back. The conflicts are all that were found.
    case conflicts([KeepConflict])
    /// Nothing was tried: what cannot be applied by itself, in words.
    case impossible([String])
}
