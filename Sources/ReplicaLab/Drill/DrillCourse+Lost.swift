internal import ReplicaKit

/// Naming what was lost.
extension DrillCourse {
    /// Reads from the old source's binary log what it committed after the two had parted.
    func nameTheLost() async throws {
        guard let anchor else { throw DrillFailure("no anchor was recorded, so what was lost cannot be told") }
        let lost = try await LostTransactions.read(
            from: replica,
            after: anchor.oldCoordinates,
            serverID: UInt32.random(in: 0x7000_0000...0x7FFF_FFFF)
        )
        lostTransactions = lost.report.transactions
        for transaction in lost.report.transactions { recorder.note("lost: \(Self.describe(transaction))") }
        let row = lostRow
        recorder.check(
            "the lost transaction is named by its content",
            lost.report.transactions.contains { $0.changes.contains { $0.after?["text"] == .text(row) } }
        )
    }

    static func describe(_ transaction: LostReport.Transaction) -> String {
        let changes = transaction.changes.map { "\($0)" } + transaction.statements.map(\.text) + transaction.gaps
        return "\(transaction.file):\(transaction.startPosition), \(transaction.time): "
            + changes.joined(separator: "; ")
    }
}
