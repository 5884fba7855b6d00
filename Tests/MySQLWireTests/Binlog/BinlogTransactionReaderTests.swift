import NIOCore
import Testing

@testable import MySQLWire

@Suite struct BinlogTransactionReaderTests {
    private func summary(_ transaction: BinlogTransaction) -> String {
        let changes = transaction.changes.map { change in
            let image = change.after ?? change.before
            let key = image?.values.first.flatMap { $0 }.flatMap { $0.text(change.table.columns[0]) }
            return "\(change.kind) \(change.table.name) \(key ?? "-")"
        }
        return (transaction.statements.map { String($0.text.prefix(24)) } + changes).joined(separator: "; ")
    }

    @Test func `every statement of the file is in its transaction`() throws {
        let transactions = try BinlogFixture.transactions("transactions")
        #expect(
            transactions.map(summary) == [
                "CREATE DATABASE fixture", "CREATE TABLE a (id INT P", "CREATE TABLE nokey (t VA",
                "CREATE TABLE plain (id I",
                "insert a 1",
                "insert a 2; insert a 3; update a 2; insert nokey first; insert nokey -; insert nokey first; delete a 3",
                "insert a 4; insert a 6",
                "insert plain 1", "insert plain 2", "insert plain 3", "insert a 9",
                "delete nokey first",
                "insert a 11", "XA COMMIT X'7831',X'6272", "insert a 12", "XA ROLLBACK X'7832',X'',", "insert a 13",
                "CREATE TABLE `b` (\n  `id; insert b 1; insert b 2",
                "ALTER TABLE a ADD COLUMN",
                "update a 1; update a 2; update a 4; update a 6; update a 9; update a 11; update a 13",
                "TRUNCATE TABLE nokey", "DROP TABLE `b` /* genera", "CREATE USER 'u'@'localho",
                "DROP USER u@localhost",
                "insert a 14", "insert a 15",
                "CREATE TABLE parent (id ", "CREATE TABLE child (id I", "insert parent 1; insert parent 2",
                "insert child 1; insert child 2; insert child 3",
                "delete child 1; delete child 2; delete parent 1",
            ]
        )
        #expect(transactions.allSatisfy { $0.isDecodable && $0.isCommitted && $0.gtid == nil && $0.serverID == 22501 })
        #expect(transactions.allSatisfy { ($0.originalCommitTimestamp ?? 0) > 1_700_000_000_000_000 })
        #expect(
            transactions.filter { !$0.rowsQueries.isEmpty }.map(\.rowsQueries) == [
                ["INSERT INTO a VALUES (14, 'with its query', 0)"]
            ]
        )
        #expect(
            transactions.compactMap(\.xa) == [
                .prepared(xid: "x'7831',x'6272616E6368',7"), .committed(xid: "x'7831',x'6272616E6368',7"),
                .prepared(xid: "x'7832',x'',1"), .rolledBack(xid: "x'7832',x'',1"), .onePhase(xid: "x'7833',x'',1"),
            ]
        )
    }

    @Test(arguments: ["types", "json", "transactions", "statement", "partial", "compressed", "gtid", "tagged"])
    func `transactions follow each other without a gap`(name: String) throws {
        let transactions = try BinlogFixture.transactions(name)
        for (one, next) in zip(transactions, transactions.dropFirst()) {
            #expect(one.endPosition == next.startPosition)
        }
        let last = try #require(transactions.last)
        let size = try BinlogFixture.bytes("\(name).binlog").count
        // Behind it only the ROTATE, of 44 bytes.
        #expect(Int(last.endPosition) == size - 44)
    }

    @Test func `the reader goes on in the file that ROTATE names`() throws {
        var reader = BinlogTransactionReader(file: "binlog.000001")
        for buffer in try BinlogFixture.buffers("types") { _ = try reader.receive(buffer) }
        #expect(reader.file == "binlog.000002")
        #expect(reader.position == 4)
        #expect(reader.resumePosition == ("binlog.000002", 4))
        #expect(reader.incomplete == nil)
        let first = try #require(try BinlogFixture.buffers("json").compactMap { try reader.receive($0) }.first)
        #expect(first.file == "binlog.000002")
    }

    @Test func `statements are reported as not decodable`() throws {
        let transactions = try BinlogFixture.transactions("statement")
        #expect(transactions.map(\.isDecodable) == [true, true, false, false, false])
        #expect(transactions[2].statements.map(\.text) == ["INSERT INTO a (v) VALUES ('statement'), (@u)"])
        #expect(transactions[2].statements.map(\.database) == ["fixture"])
    }

    @Test func `partial JSON is reported as not decodable`() throws {
        let transactions = try BinlogFixture.transactions("partial")
        #expect(transactions.map(\.hasPartialJSON) == [false, false, false, true, true, false])
        #expect(transactions.map(\.isDecodable) == [true, true, true, false, false, true])
    }

    @Test func `compressed transactions are reported as not decodable`() throws {
        let transactions = try BinlogFixture.transactions("compressed")
        #expect(transactions.map(\.isDecodable) == [true, true, false, false])
        #expect(transactions[2].undecodableReasons.first?.contains("zstd") == true)
    }

    @Test(arguments: ["no-checksum", "stopped", "killed", "gtid", "tagged"])
    func `the same statements are the same changes however they are logged`(name: String) throws {
        let transactions = try BinlogFixture.transactions(name).prefix(4)
        #expect(
            transactions.map(summary) == [
                "CREATE DATABASE fixture", "CREATE TABLE a (id INT P", "insert a 1; insert a 2",
                "update a 1; delete a 2",
            ]
        )
        let update = try #require(transactions.last?.changes.first)
        #expect(update.before?.values == [.integer(1), .bytes(Array("one".utf8))])
        #expect(update.after?.values == [.integer(1), .bytes(Array("eins".utf8))])
        #expect(update.table.columns.map(\.name) == ["id", "v"])
        #expect(update.table.columns.map(\.isPrimaryKey) == [true, false])
    }

    @Test func `GTIDs are those of the server`() throws {
        let source = try #require(try BinlogFixture.transactions("gtid").first?.gtid?.source)
        #expect(try BinlogFixture.transactions("gtid").map { $0.gtid?.number } == [1, 2, 3, 4])
        let tagged = try BinlogFixture.transactions("tagged").compactMap(\.gtid)
        let uuid = BinlogGTID.text(uuid: source)
        #expect(
            tagged.map(\.description) == (1...4).map { "\(uuid):blue_tag:\($0)" } + [
                "\(uuid):1", "11111111-2222-3333-4444-555555555555:7",
            ]
        )
        #expect(
            try BinlogFixture.transactions("tagged").allSatisfy {
                ($0.originalCommitTimestamp ?? 0) > 1_700_000_000_000_000
            }
        )
        let previous = try BinlogFixture.events("previous-tagged").compactMap { event in
            if case .previousGTIDs(let set) = event.body { set.description } else { nil }
        }
        let selected = try BinlogFixture.lines("previous-tagged.select").map { String(decoding: $0, as: UTF8.self) }
        #expect(previous == selected.map { $0.split(separator: "\\n").joined() })
    }

    @Test func `a log that ends inside a transaction says so`() throws {
        var reader = BinlogTransactionReader(file: "binlog.000001")
        let buffers = try BinlogFixture.buffers("killed")
        var complete: [BinlogTransaction] = []
        for buffer in buffers.dropLast() {
            if let transaction = try reader.receive(buffer) { complete.append(transaction) }
        }
        let torn = try #require(reader.incomplete)
        #expect(!torn.isCommitted && !torn.isDecodable)
        #expect(torn.changes.count == 2)
        #expect(reader.resumePosition.position == complete.last?.endPosition)
        // The next file begins: nobody has the transaction.
        let broken = try #require(try reader.receive(buffers[0]))
        #expect(!broken.isCommitted)
        #expect(reader.incomplete == nil)
    }

    @Test func `a log read from inside a transaction says so`() throws {
        let buffers = try BinlogFixture.buffers("gtid")
        let tableMap = try #require(buffers.firstIndex { $0.getInteger(at: $0.readerIndex + 4) == UInt8(19) })
        var reader = BinlogTransactionReader(file: "binlog.000001")
        let transactions = try (buffers.prefix(1) + buffers[tableMap...]).compactMap { try reader.receive($0) }
        #expect(transactions.map(\.isDecodable) == [false, true])
    }

    @Test func `a transaction beyond the limit keeps no rows and says so`() throws {
        var reader = BinlogTransactionReader(file: "binlog.000001", maximumRowBytes: 60)
        let transactions = try BinlogFixture.buffers("gtid").compactMap { try reader.receive($0) }
        #expect(transactions.map(\.isDecodable) == [true, true, true, false])
        #expect(transactions[3].changes.isEmpty)
    }
}
