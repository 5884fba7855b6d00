import NIOCore
import Testing

@testable import MySQLWire

/// The rows of a result, in batches that are bounded in bytes however they arrive.
@Suite struct RowBatchTests {
    /// Logged in, with a question under way, and the columns of its answer read.
    private func machine() throws -> ConnectionMachine {
        let configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            tls: TLSConfiguration(mode: .disabled)
        )
        var machine = ConnectionMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        machine.received(SampleSession.framed(0, Script.greeting()))
        guard case .send = machine.next() else { throw ConnectionMachineTests.TraceError() }
        machine.received(SampleSession.framed(2, Script.ok))
        guard case .established = machine.next() else { throw ConnectionMachineTests.TraceError() }
        _ = machine.begin(.query("SELECT a"))
        machine.received(Script.segment(1, Script.columnCount(1), Script.column))
        guard case .response(.columns) = machine.next() else { throw ConnectionMachineTests.TraceError() }
        return machine
    }

    @Test func `what arrives at once is not one batch`() throws {
        let bound = 256 << 10
        let sizes = (0..<20_000).map { $0 % 7000 == 6999 ? 2 * bound : 100 }
        var sequence: UInt8 = 3
        var bytes = ByteBuffer()
        for size in sizes {
            let row = Script.row(String(repeating: "x", count: size))
            bytes.writeImmutableBuffer(PacketEncoder.frame(row, sequence: &sequence))
        }
        bytes.writeImmutableBuffer(PacketEncoder.frame(Script.end, sequence: &sequence))
        var machine = try machine()
        machine.received(bytes)
        var batches: [MySQLRowBatch] = []
        while case .response(.rows(let batch)) = machine.next() { batches.append(batch) }
        #expect(machine.isIdle)
        #expect(batches.flatMap { $0.map { $0.bytes(at: 0)?.count ?? 0 } } == sizes)
        #expect(batches.allSatisfy { $0.storage.byteCount <= bound || $0.count == 1 })
        // And not row by row either.
        #expect(batches.count < 20)
    }
}
