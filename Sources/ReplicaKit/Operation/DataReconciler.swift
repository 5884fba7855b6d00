/// What a rejoin needs of the data room. The seam by which its steps are tested without data.
public protocol DataReconciler: Sendable {
    /// What the old source's binary log holds after a place.
    func scan(_ old: Server, after anchor: BinaryLogCoordinates) async throws -> TailScan

    /// Applies to `new` what only `old` has, and runs `recording` in the same transaction, so that it is done once.
    ///
    /// - Returns: what was done, in one line.
    func keep(
        old: Server,
        new: Server,
        after anchor: BinaryLogCoordinates,
        recording: [String],
        note: @escaping @Sendable (String) -> Void
    ) async throws -> String

    /// Makes the data of `old` equal to one snapshot of `new`. `old` stands still, privileged sessions may write to it,
    /// and nothing of this may reach its binary log.
    ///
    /// - Parameter savePath: where everything that goes from `old` is written before; nil for nowhere.
    func repair(old: Server, new: Server, savePath: String?, note: @escaping @Sendable (String) -> Void) async throws
        -> DataRepair

    /// Compares all user data of both at one common position.
    func compare(source: Server, replica: Server, note: @escaping @Sendable (String) -> Void) async throws
        -> ComparisonReport
}

/// The end of a repair.
public struct DataRepair: Sendable {
    /// The place in the new source's binary log that the repaired data correspond to.
    public var coordinates: BinaryLogCoordinates
    /// Nil where nothing differed.
    public var report: RepairReport?

    public init(coordinates: BinaryLogCoordinates, report: RepairReport? = nil) {
        self.coordinates = coordinates
        self.report = report
    }
}
