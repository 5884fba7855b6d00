internal import MySQLWire

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The transactions that an old source committed behind the anchor: decoded, told row by row, and, for `--lost keep`,
/// applied to the new source.
public struct LostTransactions: Sendable {
    /// What people read and the journal keeps.
    public let report: LostReport
    let changes: [LostChange]

    /// True where nothing was lost.
    public var isEmpty: Bool { report.transactions.isEmpty }

    /// Reads the old source's binary log from the anchor to its end.
    ///
    /// - Parameters:
    ///   - anchor: behind the last transaction that the new source has too.
    ///   - connection: to the old source, with REPLICATION SLAVE; the server ends it after the last event.
    ///   - serverID: a replication server id that no replica of that server has.
    public static func read(
        from server: Server,
        after anchor: BinaryLogCoordinates,
        serverID: UInt32,
        timeout: Duration = .seconds(300)
    ) async throws(DataError) -> LostTransactions {
        let data = try await DataSession.open(on: server, connector: MySQLServerConnector(), timeout: timeout)
        let tables: [TableName: TableInfo]
        do {
            try await data.applyReadSettings(lockWaitSeconds: 10)
            tables = try await SchemaReader(data: data).inventory().tables
            await data.close()
        } catch {
            await data.close()
            throw error
        }
        var changes: [LostChange] = []
        var told: [LostReport.Transaction] = []
        let end = try await LostLogReading(server: server, timeout: timeout).read(after: anchor, serverID: serverID) {
            // What the log ends in without a commit was never the server's, and an empty transaction changed nothing.
            guard $0.isCommitted, case let transaction = withoutJournal($0), !transaction.isEmpty else { return }
            let teller = LostTeller(transaction: transaction, tables: tables)
            let own = transaction.changes.map(teller.change)
            changes += own.map { LostChange(transaction: told.count, change: $0.told, cells: $0.cells) }
            told.append(teller.told(own))
        }
        let report = LostReport(server: server.name, from: anchor, to: end, transactions: told)
        return LostTransactions(report: report, changes: changes)
    }

    /// Leaves out what this project's own journal wrote: it is no user data, and written anew where it belongs.
    private static func withoutJournal(_ transaction: BinlogTransaction) -> BinlogTransaction {
        var transaction = transaction
        let own = AnchorTable.create.map { $0.lowercased() }
        transaction.changes.removeAll { $0.table.schema == AnchorTable.schema }
        transaction.statements.removeAll { statement in
            // The server may have put a comment before it.
            let text = statement.text.lowercased()
            return own.contains { text.hasSuffix($0) }
        }
        return transaction
    }
}

/// A lost change with its values in the form in which they are compared and written.
struct LostChange: Sendable {
    /// The transaction's place in the report.
    var transaction: Int
    var change: LostReport.Change
    /// Nil where there is no exact form of it; the transaction's gaps tell why.
    var cells: LostCells?
}

/// The cells of a change, by the writable columns of its table; each image whole.
struct LostCells: Sendable, Hashable {
    var table: TableInfo
    var before: [Int: LostValue.Cell]?
    var after: [Int: LostValue.Cell]?
}
