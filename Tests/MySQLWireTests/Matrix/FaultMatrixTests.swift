import MySQLWire
import NIOCore
import TestSupport
import Testing

/// One exchange, and one thing that goes wrong in it, for every byte and every packet of the server's: a right answer, or
/// an error of this library. No hang, no trap.
@Suite("A fault at every byte and every packet", .timeLimit(.minutes(10))) struct FaultMatrixTests {
    /// Login and statements: greeting, OK, OK; 12; 5 and 12; 10; 1.
    private static let packetCount = 43

    private struct Failure: Error { let what: String }

    /// Nil where the exchange went through.
    private static func outcome(_ fault: WireFault, patience: Duration) async throws -> MySQLError? {
        let sent = SentBytes()
        return try await ScriptedServer.run(MatrixCell.login, fault: fault, sent: sent) { server in
            let result = try await bounded {
                await Task { try await FaultExchange.run(server, patience: patience) }.result
            }
            try await bounded { await server.clientsGone() }
            for (text, most) in [("SELECT twelve", 2), ("CALL", 1)] where server.times(text) > most {
                throw Failure(what: "\(text) was sent again")
            }
            guard case .failure(let error) = result else { return nil }
            guard let error = error as? MySQLError else { throw Failure(what: "\(error)") }
            if error.message.isEmpty { throw Failure(what: "an error without a word") }
            return error
        }
    }

    @Test func `without a fault it goes through`() async throws {
        #expect(try await FaultExchange.packets().count == Self.packetCount)
    }

    @Test func `cut off behind every byte, it ends as a closed connection`() async throws {
        let packets = try await FaultExchange.packets()
        let login = packets.prefix(3).reduce(0) { $0 + $1.readableBytes }
        let whole = packets.reduce(0) { $0 + $1.readableBytes }
        try await forEachAtOnce(0..<whole) { end in
            let error = try await Self.outcome(.cut(after: end), patience: .seconds(60))
            #expect(error?.code == .connectionClosed, "behind byte \(end): \(String(describing: error))")
            if end < login { #expect(error?.fate == .notSent, "behind byte \(end)") }
            // Between two answers nobody knows: the next statement may have been on its way.
            #expect(error?.fate != .rejected, "behind byte \(end)")
        }
    }

    @Test(arguments: ["repeat", "drop", "swap", "renumber"])
    func `a packet that comes twice, not, too late or with another's number is never taken for what it is not`(
        what: String
    ) async throws {
        try await forEachAtOnce(0..<Self.packetCount) { packet in
            let fault: WireFault =
                switch what {
                case "repeat": .repeat(packet: packet)
                case "drop": .drop(packet: packet)
                case "swap": .swap(packet: packet)
                default: .renumber(packet: packet)
                }
            // What is waited for in vain ends by the deadline.
            let error = try await Self.outcome(fault, patience: .seconds(1))
            let codes: [MySQLError.Code] =
                [.protocolViolation, .connectionClosed] + (what == "drop" ? [.timedOut] : [])
            // The last one has none behind it whose place it could take.
            if let error { #expect(codes.contains(error.code), "\(what) \(packet): \(error)") }
            if what == "renumber" {
                #expect(error?.code == .protocolViolation, "\(packet): \(String(describing: error))")
            }
            if what == "drop" { #expect(error != nil, "\(packet)") }
        }
    }

    @Test func `with any bit of any header changed, it is an error`() async throws {
        var (start, cells): (Int, [(byte: Int, bit: Int)]) = (0, [])
        for packet in try await FaultExchange.packets() {
            for byte in start..<(start + 4) { cells += (0..<8).map { (byte, $0) } }
            start += packet.readableBytes
        }
        try await forEachAtOnce(cells, width: 64) { cell in
            // A length that is too large is waited for, up to the deadline.
            let error = try await Self.outcome(
                .flip(byte: cell.byte, mask: 1 << UInt8(cell.bit)),
                patience: .milliseconds(250)
            )
            #expect(error != nil, "bit \(cell.bit) of byte \(cell.byte)")
        }
    }

    /// Every byte goes through the machine in `ReplayTests`; here some of them go through sockets and tasks too.
    @Test func `with another byte changed, it is an answer or an error`() async throws {
        let whole = try await FaultExchange.packets().reduce(0) { $0 + $1.readableBytes }
        try await forEachAtOnce(stride(from: 0, to: whole, by: 5), width: 64) { byte in
            do {
                _ = try await Self.outcome(.flip(byte: byte, mask: 0xFF), patience: .seconds(1))
            } catch let failure as Failure where failure.what.hasPrefix("WrongAnswer") {
                // A letter of a cell is another one: no protocol tells.
            }
        }
    }
}
