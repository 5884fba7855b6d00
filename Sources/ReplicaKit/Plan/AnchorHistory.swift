/// All anchors that were found, of a server's own table or of a local journal. Rows are only ever added: what happened
/// to an operation is in its rows' states.
public struct AnchorHistory: Sendable, Hashable {
    public private(set) var rows: [Anchor]

    public init(_ rows: [Anchor] = []) {
        self.rows = rows.sorted { ($0.epoch, $0.recordedAt ?? "") < ($1.epoch, $1.recordedAt ?? "") }
    }

    /// Together with anchors that were kept elsewhere, of operations that this history does not know.
    func merging(_ others: [Anchor]) -> AnchorHistory {
        AnchorHistory(rows + others.filter { states(of: $0.operation).isEmpty })
    }

    public var nextEpoch: UInt64 {
        let (next, overflow) = (rows.map(\.epoch).max() ?? 0).addingReportingOverflow(1)
        return overflow ? .max : next
    }

    /// Every state that an operation reached.
    public func states(of operation: String) -> Set<Anchor.State> {
        Set(rows.lazy.filter { $0.operation == operation }.map(\.state))
    }

    /// The latest operation by which `uuid` became the source, if it was begun and neither finished nor undone.
    public func unfinished(newUUID uuid: String) -> Anchor? {
        guard let latest = rows.last(where: { $0.newUUID == uuid && $0.state.isUnfinished }) else { return nil }
        let states = states(of: latest.operation)
        return states.isDisjoint(with: [.promoted, .switched, .aborted]) ? latest : nil
    }

    /// The latest operation by which `uuid` became the source and which was finished.
    public func finished(newUUID uuid: String) -> Anchor? {
        rows.last { $0.newUUID == uuid && ($0.state == .promoted || $0.state == .switched) }
    }

    /// Where `old` and `new` parted the last time; nil where it was undone.
    public func parting(oldUUID: String, newUUID: String) -> Anchor? {
        guard
            let latest = rows.last(where: {
                $0.oldUUID == oldUUID && $0.newUUID == newUUID
                    && ($0.state.isUnfinished || $0.state == .promoted || $0.state == .switched)
            })
        else { return nil }
        return states(of: latest.operation).contains(.aborted) ? nil : latest
    }

    /// The same, if that place has not served yet.
    public func unused(oldUUID: String, newUUID: String) -> Anchor? {
        parting(oldUUID: oldUUID, newUUID: newUUID).flatMap { isUsed($0) ? nil : $0 }
    }

    /// The latest row of an operation that is a place of parting.
    public func anchor(of operation: String) -> Anchor? {
        rows.last {
            $0.operation == operation && ($0.state.isUnfinished || $0.state == .promoted || $0.state == .switched)
        }
    }

    public func isUsed(_ anchor: Anchor) -> Bool { states(of: anchor.operation).contains(.used) }
}
