import NIOCore
import Testing

@testable import MySQLWire

/// What ends the rows of a result, and what does not (reference, section 5.6).
@Suite struct TerminatorTests {
    private static let columns: [[UInt8]] = [[1], Array(buffer: ColumnDefinition(name: "a").encode())]

    /// Everything that comes of these packets, in answer to a query: rows as the texts of their first cells.
    private func events(
        _ packets: [[UInt8]],
        capabilities: CapabilityFlags = ConnectionMachineTests.capabilities,
        isTapped: Bool
    ) throws -> (rows: [String?], completions: [MySQLCompletion], last: ConnectionMachine.Action?) {
        var machine = try ConnectionMachineTests.idle(capabilities)
        // A tap sends each packet the slow way.
        if isTapped { machine.tap = NoTap() }
        _ = machine.begin(.query("SELECT 1"))
        var bytes: [UInt8] = []
        for (index, packet) in packets.enumerated() {
            bytes += PacketFramerTests.packet(UInt8(truncatingIfNeeded: index + 1), packet)
        }
        ConnectionMachineTests.feed(&machine, bytes)
        var (rows, completions): ([String?], [MySQLCompletion]) = ([], [])
        while let action = machine.next() {
            switch action {
            case .response(.rows(let batch)): rows += batch.map { $0.string(at: 0) }
            case .response(.completed(let completion, _)): completions.append(completion)
            case .response(.columns): break
            default: return (rows, completions, action)
            }
        }
        return (rows, completions, nil)
    }

    private struct NoTap: PacketTap {
        func packet(isFromServer: Bool, sequence: UInt8, payload: ByteBuffer) {}
    }

    @Test(arguments: [false, true], [0, 5, 300, 70_000])
    func `an OK behind 0xFE ends the rows, however long it is`(isTapped: Bool, length: Int) throws {
        let completion = MySQLCompletion(warnings: 3, info: String(repeating: "i", count: length))
        let end = OKPacket(completion: completion).encode(capabilities: .sessionTrack, header: 0xFE)
        let found = try events(Self.columns + [[1, 0x61], Array(buffer: end)], isTapped: isTapped)
        #expect(found.rows == ["a"])
        #expect(found.completions == [completion])
        #expect(found.last == nil)
    }

    @Test(arguments: [false, true]) func `a packet that begins with zero is a row of an empty text`(isTapped: Bool)
        throws
    {
        let end = Array(
            buffer: OKPacket(completion: MySQLCompletion()).encode(capabilities: .sessionTrack, header: 0xFE)
        )
        let found = try events(Self.columns + [[0], [0], [0xFB], end], isTapped: isTapped)
        #expect(found.rows == ["", "", nil])
        #expect(found.completions.count == 1)
    }

    @Test(arguments: [false, true]) func `without DEPRECATE_EOF an EOF stands behind the columns and behind the rows`(
        isTapped: Bool
    ) throws {
        let eof: [UInt8] = [0xFE, 2, 0, 2, 0]
        let found = try events(
            Self.columns + [eof, [1, 0x61], eof],
            capabilities: ConnectionMachineTests.capabilities.subtracting(.deprecateEOF),
            isTapped: isTapped
        )
        #expect(found.rows == ["a"])
        #expect(found.completions.map(\.warnings) == [2])
    }

    @Test(arguments: [false, true]) func `an ERR ends everything, also where more results were promised`(
        isTapped: Bool
    ) throws {
        let more = Array(
            buffer: OKPacket(completion: MySQLCompletion(status: [.moreResultsExist])).encode(
                capabilities: .sessionTrack,
                header: 0xFE
            )
        )
        let err = Array(buffer: ERRPacket(number: 1317, sqlState: "70100", message: "stopped").encode())
        let found = try events(Self.columns + [[1, 0x61], more, err], isTapped: isTapped)
        #expect(found.rows == ["a"])
        guard case .response(.rejected(let error)) = found.last else { throw ConnectionMachineTests.TraceError() }
        #expect(error.server?.number == 1317)
        #expect(error.fate == .maybeExecuted)
    }

    @Test func `info comes with its length or as the rest where the session is not tracked, and not at all elsewhere`()
        throws
    {
        func info(_ bytes: [UInt8], _ capabilities: CapabilityFlags) throws -> String {
            try OKPacket.decode(ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0] + bytes), capabilities: capabilities)
                .completion.info
        }
        #expect(try info([], .sessionTrack) == "")
        #expect(try info([2, 0x68, 0x69], .sessionTrack) == "hi")
        #expect(throws: WireError.self) { try info([3, 0x68, 0x69], .sessionTrack) }
        #expect(try info([], []) == "")
        #expect(try info([2, 0x68, 0x69], []) == "hi")
        #expect(try info([0x68, 0x69], []) == "hi")
    }

    @Test func `a row that begins with 0xFE since its first cell is huge is no end, also the slow way`() throws {
        var machine = ResponseMachine(
            kind: .resultSets(.text),
            capabilities: ConnectionMachineTests.capabilities
        )
        for packet in Self.columns { _ = try machine.received(ByteBuffer(bytes: packet)) }
        let length = 1 << 24
        var row = ByteBuffer(bytes: [0xFE])
        row.writeInteger(UInt64(length), endianness: .little)
        row.writeRepeatingByte(0x61, count: length)
        guard case .rows(let batch) = try machine.received(row) else { throw ConnectionMachineTests.TraceError() }
        #expect(batch.first?.withBytes(at: 0) { $0?.count } == length)
    }

    @Test func `an ERR among several results is the end of the answer`() throws {
        var machine = ResponseMachine(kind: .resultSets(.text), capabilities: ConnectionMachineTests.capabilities)
        let more = MySQLCompletion(status: [.moreResultsExist])
        guard
            case .completed(_, isLast: false) = try machine.received(
                OKPacket(completion: more).encode(capabilities: .sessionTrack)
            )
        else { throw ConnectionMachineTests.TraceError() }
        _ = try machine.received(ERRPacket(number: 1317, sqlState: "70100", message: "stopped").encode())
        #expect(throws: WireError.self) {
            try machine.received(OKPacket(completion: MySQLCompletion()).encode(capabilities: .sessionTrack))
        }
    }

    @Test func `an EOF has fewer than nine bytes`() {
        for length in 1...20 {
            let payload = ByteBuffer(bytes: [0xFE] + Array(repeating: 0, count: length - 1))
            #expect(EOFPacket.matches(payload) == (length < 9), "\(length)")
        }
    }

    @Test func `a report of progress ends the connection, since it is never agreed on`() throws {
        let found = try events([[0xFF, 0xFF, 0xFF, 1, 1, 2, 0, 0, 0, 0]], isTapped: false)
        guard case .close(let error) = found.last else { throw ConnectionMachineTests.TraceError() }
        #expect(error.code == .protocolViolation)
    }
}
