package import NIOCore

/// Folds the events of a log, in order, into transactions.
///
/// What it cannot decode it names, in ``BinlogTransaction/undecodableReasons``; it never drops an event that may have
/// changed data. Damaged bytes are an error; after one the reader must not be used further.
package struct BinlogTransactionReader: Sendable {
    package private(set) var file: String
    /// Just behind the last event.
    package private(set) var position: UInt64
    /// Just behind the last whole transaction: from here another dump loses nothing and repeats nothing.
    package private(set) var resumePosition: (file: String, position: UInt64)
    package var decoder = BinlogEventDecoder()

    private var open: BinlogTransaction?
    /// Whether BEGIN or XA START came: then the end is a commit, else the first statement.
    private var isInsideBorders = false
    private var rowBytes = 0
    private let maximumRowBytes: Int

    /// - Parameters:
    ///   - file: the log's name, as the server names it.
    ///   - position: where the first event begins.
    ///   - maximumRowBytes: of the row events in one transaction; of a larger one the changes are left out, and that
    ///     is said.
    package init(file: String, position: UInt64 = 4, maximumRowBytes: Int = 256 << 20) {
        self.file = file
        self.position = position
        self.maximumRowBytes = maximumRowBytes
        resumePosition = (file, position)
    }

    /// The transaction that is not finished, if the log ends here.
    package var incomplete: BinlogTransaction? {
        guard var transaction = open else { return nil }
        transaction.isCommitted = false
        transaction.undecodableReasons.append("the log ends before its commit")
        return transaction
    }

    /// Takes one event's bytes; returns the transaction that ends with it.
    package mutating func receive(_ bytes: ByteBuffer) throws(WireError) -> BinlogTransaction? {
        receive(try decoder.decode(bytes))
    }

    /// Takes one event; returns the transaction that ends with it, or one that it shows to have been broken off.
    package mutating func receive(_ event: BinlogEvent) -> BinlogTransaction? {
        switch event.body {
        case .rotate(let file, let position):
            let broken = breakOff(unless: event.header.isArtificial && file == self.file)
            self.file = file
            self.position = position
            if open == nil { resumePosition = (file, position) }
            return broken
        case .heartbeat:
            return nil
        default:
            break
        }
        let start = position
        advance(event.header)
        let finished = fold(event, start)
        if open == nil { resumePosition = (file, position) }
        return finished
    }

    /// `end_log_pos` has 32 bits; files grow beyond them by one large transaction.
    private mutating func advance(_ header: BinlogEventHeader) {
        guard header.endPosition != 0 || !header.isArtificial else { return }
        let expected = position &+ UInt64(header.size)
        // A dump from inside a file repeats the file's first event with position 0.
        if header.type == .formatDescription, header.endPosition == 0 { return }
        // MariaDB 11.4 writes 0 for events that went through a cache.
        if header.endPosition == 0 || UInt32(truncatingIfNeeded: expected) == header.endPosition {
            position = expected
            return
        }
        var end = position & ~0xFFFF_FFFF | UInt64(header.endPosition)
        if end < position { end &+= 1 << 32 }
        position = end
    }

    private mutating func breakOff(unless condition: Bool) -> BinlogTransaction? {
        guard !condition, let transaction = incomplete else { return nil }
        open = nil
        return transaction
    }

    private mutating func fold(_ event: BinlogEvent, _ start: UInt64) -> BinlogTransaction? {
        switch event.body {
        case .formatDescription, .stop:
            // The server that wrote the open transaction died: nobody has it.
            return breakOff(unless: event.header.endPosition == 0)
        case .rotate, .heartbeat, .previousGTIDs:
            return nil
        case .gtid(let gtid):
            let broken = breakOff(unless: false)
            begin(event.header, start)
            isInsideBorders = false
            open?.gtid = gtid.gtid
            open?.originalCommitTimestamp = gtid.originalCommitTimestamp
            open?.immediateCommitTimestamp = gtid.immediateCommitTimestamp
            return broken
        default:
            // Logs of servers before 5.7 have no event that begins each transaction.
            if open == nil {
                begin(event.header, start)
                if event.belongsInside { undecodable("the log was read from inside this transaction on") }
            }
        }
        if event.header.timestamp != 0 { open?.timestamp = event.header.timestamp }
        return add(event)
    }

    private mutating func begin(_ header: BinlogEventHeader, _ start: UInt64) {
        open = BinlogTransaction(
            file: file,
            startPosition: start,
            endPosition: position,
            timestamp: header.timestamp,
            serverID: header.serverID
        )
        isInsideBorders = false
        rowBytes = 0
    }

    private mutating func add(_ event: BinlogEvent) -> BinlogTransaction? {
        switch event.body {
        case .query(let query): return add(query)
        case .xid: return finish()
        case .xaPrepare(let prepare):
            open?.xa = prepare.isOnePhase ? .onePhase(xid: prepare.text) : .prepared(xid: prepare.text)
            return finish()
        case .rows(let rows): add(rows, bytes: Int(event.header.size), isPartial: event.header.type)
        case .rowsQuery(let text): open?.rowsQueries.append(text)
        case .transactionPayload(let payload): return add(payload)
        case .incident(let number, let message):
            undecodable("INCIDENT \(number): \(message)")
            return isInsideBorders ? nil : finish()
        case .opaque: return addOpaque(event.header)
        default: break
        }
        return nil
    }

    private mutating func add(_ query: BinlogQuery) -> BinlogTransaction? {
        let border = Border(query.text)
        switch border {
        case .begin: isInsideBorders = true
        case .xaStart(let xid):
            isInsideBorders = true
            open?.xa = .prepared(xid: xid)
        case .commit: return finish()
        case .rollback:
            undecodable("ends with ROLLBACK: only what engines without transactions did stands")
            return finish()
        case .savepoint, .xaEnd: break
        case .rollbackToSavepoint:
            undecodable("ROLLBACK TO SAVEPOINT: a part of the changes before it does not stand")
        case .xaCommit(let xid), .xaRollback(let xid):
            if case .xaCommit = border { open?.xa = .committed(xid: xid) } else { open?.xa = .rolledBack(xid: xid) }
            open?.statements.append(.init(database: query.database, text: query.text))
            return finish()
        case .statement(let opensTransaction):
            open?.statements.append(.init(database: query.database, text: query.text))
            // CREATE TABLE … SELECT is logged as a statement and then its rows.
            if isInsideBorders, !opensTransaction {
                undecodable(
                    "a statement logged as text (binlog_format=STATEMENT or MIXED): its rows are not in the log"
                )
            }
            return isInsideBorders ? nil : finish()
        }
        return nil
    }

    private mutating func add(_ rows: BinlogRowsEvent, bytes: Int, isPartial type: BinlogEventType) {
        if type == .partialUpdateRows { open?.hasPartialJSON = true }
        if let reason = rows.undecodable {
            let table = rows.table.map { "\($0.schema).\($0.name): " } ?? ""
            undecodable(table + reason)
        }
        guard rowBytes <= maximumRowBytes else { return }
        rowBytes += bytes
        if rowBytes > maximumRowBytes {
            open?.changes = []
            undecodable("row events of more than \(maximumRowBytes) bytes: too large to be kept")
        } else {
            open?.changes += rows.changes
        }
    }

    private mutating func add(_ payload: BinlogTransactionPayload) -> BinlogTransaction? {
        guard let events = payload.events else {
            let name = payload.compression == 0 ? "zstd" : "algorithm \(payload.compression)"
            undecodable("TRANSACTION_PAYLOAD: compressed with \(name) (binlog_transaction_compression)")
            return finish()
        }
        for event in events {
            if let finished = add(event) { return finished }
        }
        undecodable("TRANSACTION_PAYLOAD without a commit")
        return finish()
    }

    private mutating func addOpaque(_ header: BinlogEventHeader) -> BinlogTransaction? {
        switch header.type {
        // They belong to the statement behind them, which is reported.
        case .intVar, .random, .userVariable: return nil
        case .transactionContext, .viewChange: break
        default:
            if !header.isIgnorable { undecodable("\(header.type), which is not decoded") }
        }
        guard let open, !isInsideBorders, open.startPosition &+ UInt64(header.size) == position else { return nil }
        // Outside of any transaction: it is reported by itself, where there is something to report.
        guard !open.isDecodable else {
            self.open = nil
            return nil
        }
        return finish()
    }

    private mutating func undecodable(_ reason: String) {
        guard var transaction = open, !transaction.undecodableReasons.contains(reason) else { return }
        open = nil
        transaction.undecodableReasons.append(reason)
        open = transaction
    }

    private mutating func finish() -> BinlogTransaction? {
        guard var transaction = open else { return nil }
        open = nil
        isInsideBorders = false
        transaction.file = file
        transaction.endPosition = position
        return transaction
    }
}
