import NIOCore
import Testing

@testable import MySQLWire

@Suite struct BinlogDecodingTests {
    private func decoder() throws -> BinlogEventDecoder {
        var decoder = BinlogEventDecoder()
        _ = try decoder.decode(try BinlogFixture.buffers("no-checksum")[0])
        return decoder
    }

    private func event(_ type: BinlogEventType, _ body: [UInt8], flags: UInt16 = 0) -> ByteBuffer {
        var buffer = ByteBuffer(bytes: [1, 0, 0, 0, type.rawValue, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        buffer.writeLittle(flags)
        buffer.writeBytes(body)
        buffer.setInteger(UInt32(buffer.readableBytes), at: 9, endianness: .little)
        return buffer
    }

    @Test func `the checksum is that of zlib`() {
        let check = Array("123456789".utf8)
        #expect(check.withUnsafeBytes { CRC32.checksum($0) } == 0xCBF4_3926)
        #expect([UInt8]().withUnsafeBytes { CRC32.checksum($0) } == 0)
        // However the bytes are cut.
        for split in 0...9 {
            let first = check[..<split].withUnsafeBytes { CRC32.checksum($0) }
            #expect(check[split...].withUnsafeBytes { CRC32.checksum($0, continuing: first) } == 0xCBF4_3926)
        }
    }

    @Test func `an artificial ROTATE before the format may have a checksum or not`() throws {
        let plain = event(.rotate, [4, 0, 0, 0, 0, 0, 0, 0] + Array("binlog.000007".utf8), flags: 0x20)
        var checked = plain
        checked.setInteger(UInt32(plain.readableBytes + 4), at: 9, endianness: .little)
        checked.writeLittle(CRC32.checksum(checked))
        for buffer in [plain, checked] {
            var decoder = BinlogEventDecoder()
            #expect(try decoder.decode(buffer).body == .rotate(file: "binlog.000007", position: 4))
        }
    }

    @Test func `an event before the format is refused`() throws {
        var decoder = BinlogEventDecoder()
        #expect(throws: WireError.self) { try decoder.decode(event(.xid, [1, 0, 0, 0, 0, 0, 0, 0])) }
        let error = #expect(throws: MySQLError.self) {
            try decoder.event(from: event(.xid, [UInt8](repeating: 1, count: 8)))
        }
        #expect(error?.code == .protocolViolation && error?.message.contains("FORMAT_DESCRIPTION") == true)
    }

    @Test func `the events of a stream are decoded one by one`() throws {
        var decoder = BinlogEventDecoder()
        let events = try BinlogFixture.buffers("no-checksum").map { try decoder.event(from: $0) }
        #expect(try events == BinlogFixture.events("no-checksum"))
        #expect(decoder.format?.checksum == .off)
    }

    @Test func `an unknown event keeps its bytes`() throws {
        var decoder = try decoder()
        #expect(try decoder.decode(event(BinlogEventType(rawValue: 200), [1, 2, 3])).body == .opaque([1, 2, 3]))
        #expect(BinlogEventType(rawValue: 200).description == "event type 200")
    }

    @Test func `an unknown event is reported unless it may be ignored`() throws {
        for (flags, count) in [(UInt16(0), 1), (UInt16(0x80), 0)] {
            var reader = BinlogTransactionReader(file: "f")
            reader.decoder = try decoder()
            let unknown = try reader.receive(event(BinlogEventType(rawValue: 200), [1], flags: flags))
            #expect((unknown?.undecodableReasons.count ?? 0) == count)
            #expect(reader.incomplete == nil)
        }
    }

    @Test func `an incident is reported`() throws {
        var reader = BinlogTransactionReader(file: "f")
        reader.decoder = try decoder()
        let transaction = try reader.receive(event(.incident, [1, 0, 4] + Array("lost".utf8)))
        #expect(transaction?.undecodableReasons == ["INCIDENT 1: lost"])
    }

    @Test func `heartbeats of both versions name the file`() throws {
        var decoder = try decoder()
        #expect(
            try decoder.decode(event(.heartbeat, Array("binlog.000002".utf8))).body == .heartbeat(file: "binlog.000002")
        )
        let second = event(.heartbeatV2, [1, 2, 0x62, 0x31, 2, 2, 4, 0, 0])
        #expect(try decoder.decode(second).body == .heartbeat(file: "b1"))
    }

    @Test func `rows of version 1 have no extra data`() throws {
        var decoder = try decoder()
        let name: [UInt8] = [1, UInt8(ascii: "t"), 0]
        let map: [UInt8] = [9, 0, 0, 0, 0, 0, 1, 0] + name + name + [1, 2, 0, 1]
        for (type, kind, body) in [
            (BinlogEventType.writeRowsV1, BinlogRowChange.Kind.insert, [0xFE, 5, 0] as [UInt8]),
            (.updateRowsV1, .update, [0xFE, 5, 0, 0xFF]), (.deleteRowsV1, .delete, [0xFE, 5, 0]),
        ] {
            _ = try decoder.decode(event(.tableMap, map))
            let present: [UInt8] = kind == .update ? [0xFF, 0xFF] : [0xFF]
            let rows = try decoder.decode(event(type, [9, 0, 0, 0, 0, 0, 1, 0, 1] + present + body)).body
            guard case .rows(let rows) = rows else {
                Issue.record("no rows")
                return
            }
            #expect(rows.kind == kind)
            #expect(rows.changes.count == 1)
            #expect((rows.changes.first?.before ?? rows.changes.first?.after)?.values == [.integer(5)])
            if kind == .update { #expect(rows.changes.first?.after?.values == [.null]) }
        }
    }

    @Test func `a row event without its table is refused`() throws {
        var decoder = try decoder()
        let error = #expect(throws: WireError.self) {
            try decoder.decode(event(.writeRows, [9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 0xFF, 0xFE, 5, 0]))
        }
        #expect(error?.field == "table_id")
        // Only this one ends a statement without any table.
        let end = try decoder.decode(event(.writeRows, [0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 2, 0, 0]))
        guard case .rows(let rows) = end.body else {
            Issue.record("no rows")
            return
        }
        #expect(rows.isStatementEnd && rows.changes.isEmpty && rows.table == nil)
    }

    @Test func `a column of an unknown type makes the rows undecodable`() throws {
        var reader = BinlogTransactionReader(file: "f")
        reader.decoder = try decoder()
        let name: [UInt8] = [1, UInt8(ascii: "t"), 0]
        let gtid = [UInt8](repeating: 0, count: 25)
        let query = { (text: String) in [UInt8](repeating: 0, count: 13) + [0] + Array(text.utf8) }
        #expect(try reader.receive(event(.anonymousGTID, gtid)) == nil)
        #expect(try reader.receive(event(.query, query("BEGIN"))) == nil)
        #expect(try reader.receive(event(.tableMap, [9, 0, 0, 0, 0, 0, 1, 0] + name + name + [1, 200, 0, 1])) == nil)
        #expect(try reader.receive(event(.writeRows, [9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 0xFF, 0xFE, 5, 0])) == nil)
        let transaction = try reader.receive(event(.xid, [1, 0, 0, 0, 0, 0, 0, 0]))
        #expect(transaction?.undecodableReasons == ["t.t: column type 200"])
    }

    @Test func `rollbacks inside a log are reported`() throws {
        for (texts, words) in [
            (["BEGIN", "ROLLBACK TO `s`", "COMMIT"], "ROLLBACK TO SAVEPOINT"),
            (["BEGIN", "ROLLBACK"], "ends with ROLLBACK"),
            (["BEGIN", "INSERT INTO t VALUES (1)", "COMMIT"], "logged as text"), (["COMMIT"], "from inside"),
        ] {
            var reader = BinlogTransactionReader(file: "f")
            reader.decoder = try decoder()
            var last: BinlogTransaction?
            for text in texts {
                last = try reader.receive(event(.query, [UInt8](repeating: 0, count: 13) + [0] + Array(text.utf8)))
            }
            #expect(last?.undecodableReasons.count == 1)
            #expect(last?.undecodableReasons.first?.contains(words) == true)
        }
    }

    @Test func `a payload that is not compressed is decoded`() throws {
        let buffers = try BinlogFixture.buffers("no-checksum")
        let gtid = try #require(buffers.lastIndex { $0.getInteger(at: $0.readerIndex + 4) == UInt8(34) })
        let inner = buffers[(gtid + 1)...].dropLast().flatMap { Array($0.readableBytesView) }
        var body: [UInt8] = [2, 3, 0xFC, 0xFF, 0, 1, 3, 0xFC, UInt8(inner.count & 0xFF), UInt8(inner.count >> 8), 0]
        body += inner
        var reader = BinlogTransactionReader(file: "f")
        _ = try reader.receive(buffers[0])
        _ = try reader.receive(buffers[gtid])
        let transaction = try #require(try reader.receive(event(.transactionPayload, body)))
        #expect(transaction.isDecodable)
        #expect(transaction.changes == (try BinlogFixture.transactions("no-checksum").last?.changes))
        // An inner event that goes beyond the payload.
        body.removeLast()
        body[8] = UInt8((inner.count - 1) & 0xFF)
        _ = try reader.receive(buffers[gtid])
        #expect(throws: WireError.self) { try reader.receive(event(.transactionPayload, body)) }
    }

    @Test func `a payload inside a payload is refused`() throws {
        func payload(_ inner: ByteBuffer) -> ByteBuffer {
            let size = inner.readableBytes
            let fields: [UInt8] = [2, 3, 0xFC, 0xFF, 0, 1, 3, 0xFC, UInt8(size & 0xFF), UInt8(size >> 8), 0]
            return event(.transactionPayload, fields + Array(inner.readableBytesView))
        }
        let xid = event(.xid, [1, 0, 0, 0, 0, 0, 0, 0])
        var decoder = try decoder()
        guard case .transactionPayload(let once) = try decoder.decode(payload(xid)).body else {
            Issue.record("no payload")
            return
        }
        #expect(once.events?.map(\.header.type) == [.xid])
        let error = #expect(throws: WireError.self) { try decoder.decode(payload(payload(xid))) }
        #expect(error?.field == "type")
    }

    @Test func `a table map holds up to the end of its statement`() throws {
        var decoder = try decoder()
        let name: [UInt8] = [1, UInt8(ascii: "t"), 0]
        let rows = { (flags: UInt8) in self.event(.writeRows, [9, 0, 0, 0, 0, 0, flags, 0, 2, 0, 1, 0xFF, 0xFE, 5, 0]) }
        _ = try decoder.decode(event(.tableMap, [9, 0, 0, 0, 0, 0, 1, 0] + name + name + [1, 2, 0, 1]))
        _ = try decoder.decode(rows(0))
        _ = try decoder.decode(rows(1))
        let error = #expect(throws: WireError.self) { try decoder.decode(rows(1)) }
        #expect(error?.field == "table_id")
    }

    /// MariaDB 11.4 leaves it out of what went through a cache.
    @Test func `an event without a position ends where its size says`() throws {
        var reader = BinlogTransactionReader(file: "f", position: 1000)
        reader.decoder = try decoder()
        let xid = event(.xid, [1, 0, 0, 0, 0, 0, 0, 0])
        #expect(try reader.receive(xid)?.endPosition == 1000 + UInt64(xid.readableBytes))
    }

    /// The second event lies behind a gap, as a server's filter leaves one.
    @Test(arguments: [(UInt64(0xFFFF_FFF0), UInt32(0xB)), (0xFFFF_FF00, 0xB), (0x1_0000_0000, 0xB)])
    func `positions go on beyond four GiB`(position: UInt64, low: UInt32) throws {
        var reader = BinlogTransactionReader(file: "f", position: position)
        reader.decoder = try decoder()
        var xid = event(.xid, [1, 0, 0, 0, 0, 0, 0, 0])
        xid.setInteger(low, at: 13, endianness: .little)
        #expect(try reader.receive(xid)?.endPosition == 0x1_0000_000B)
    }

    @Test func `names and signs that the log leaves out come from the caller`() throws {
        let full = try BinlogFixture.changes("types")
        let names = Dictionary(full.map { ($0.table.name, $0.table) }) { first, _ in first }
        for change in try BinlogFixture.changes("types-minimal") {
            let table = try #require(names[change.table.name])
            #expect(change.table.columns.allSatisfy { $0.name == nil })
            var completed = change
            let descriptions = table.columns.map {
                BinlogColumnDescription(
                    name: $0.name ?? "",
                    isUnsigned: $0.isUnsigned == true,
                    isPrimaryKey: $0.isPrimaryKey == true,
                    labels: $0.labels
                )
            }
            let isCompleted = completed.complete(with: descriptions)
            #expect(isCompleted)
            #expect(completed.table.columns.map(\.name) == table.columns.map(\.name))
            let isOfAnotherTable = completed.complete(with: [BinlogColumnDescription(name: "one")])
            #expect(!isOfAnotherTable)
        }
        var change = BinlogRowChange(
            table: BinlogTable(
                id: 1,
                schema: "s",
                name: "t",
                columns: [BinlogColumn(type: .int24), BinlogColumn(type: .longLong), BinlogColumn(type: .enumeration)]
            ),
            kind: .insert,
            before: nil,
            after: .init(values: [.integer(-1), .integer(-1), .enumeration(index: 2, label: nil)])
        )
        change.complete(with: [
            .init(name: "a", isUnsigned: true), .init(name: "b", isUnsigned: true),
            .init(name: "c", labels: [[1], [2]]),
        ])
        #expect(change.after?.values == [.unsigned(0xFF_FFFF), .unsigned(.max), .enumeration(index: 2, label: [2])])
    }

    @Test(arguments: [
        (1.0, "1"), (0.1, "0.1"), (1e15, "1e15"), (1e14, "100000000000000"), (123456789012345.6, "123456789012345.6"),
        (1234567890123456.5, "1234567890123456.5"), (1e-14, "0.00000000000001"), (1e-15, "0.000000000000001"),
        (1e-16, "1e-16"), (.leastNonzeroMagnitude, "5e-324"), (-0.0, "-0"), (-2.5e-300, "-2.5e-300"), (1e100, "1e100"),
    ])
    func `doubles read as the server prints them`(value: Double, text: String) {
        #expect(MySQLNumberText.text(value) == text)
    }

    @Test func `decimals keep every digit`() throws {
        // From the manual's example: DECIMAL(14,4) of 1234567890.1234 and its negative.
        for (bytes, text) in [
            ([0x81, 0x0D, 0xFB, 0x38, 0xD2, 0x04, 0xD2], "1234567890.1234"),
            ([0x7E, 0xF2, 0x04, 0xC7, 0x2D, 0xFB, 0x2D], "-1234567890.1234"),
            ([0x80, 0, 0, 0, 0, 0, 0], "0.0000"),
        ] as [([UInt8], String)] {
            var reader = WireReader(ByteBuffer(bytes: bytes), packet: "test")
            #expect(try BinlogDecimal.text(&reader, precision: 14, scale: 4) == text)
            #expect(reader.isAtEnd)
        }
        var reader = WireReader(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), packet: "test")
        #expect(throws: WireError.self) { try BinlogDecimal.text(&reader, precision: 10, scale: 0) }
    }

    @Test func `literals are exact`() throws {
        let rows = try BinlogFixture.changes("types").filter { $0.kind == .insert }
        func literals(_ table: String, _ row: Int) throws -> [String] {
            try #require(rows.filter { $0.table.name == table }[row].after).values.map { $0?.sqlLiteral ?? "" }
        }
        #expect(try literals("integers", 1).last == "18446744073709551615")
        #expect(try literals("temporal", 0)[16] == "'0000-00-00 00:00:00'")
        #expect(try literals("temporal", 2)[22] == "'1970-01-01 00:00:01.000001+00:00'")
        #expect(try literals("floats", 3)[1...2] == ["0.10000000149011612e0", "0.1e0"])
        #expect(try literals("sets", 1)[1...6] == ["4", "300", "7", "257", "-9223372036854775807", "b'1'"])
    }
}
