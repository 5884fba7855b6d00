import MySQLWire
import Synchronization
import TestSupport

/// One task of the soak: statements of all kinds one after the other, of which some are left in the middle; every answer
/// is looked at.
struct SoakWorker: Sendable {
    enum Home: Sendable {
        case bare(MySQLConfiguration)
        case pool(MySQLClient)
    }

    private struct Wrong: Error { let what: String }

    let number: Int
    let home: Home
    let ledger: SoakLedger
    var random: SeededGenerator
    private var connection: MySQLConnection?

    init(number: Int, home: Home, ledger: SoakLedger, seed: UInt64) {
        self.number = number
        self.home = home
        self.ledger = ledger
        random = SeededGenerator(seed: seed &+ UInt64(number) &* 1_000_003)
    }

    mutating func run(operations: Int) async {
        for turn in 0..<operations {
            do {
                try await operate(turn)
            } catch is Hang {
                ledger.isWrong("worker \(number), turn \(turn): no end within a minute")
                break
            } catch {
                ledger.isWrong("worker \(number), turn \(turn): \(error)")
            }
            ledger.count { $0.operations += 1 }
        }
        await connection?.close()
        connection = nil
    }

    /// A connection of its own, or nil for a lent one.
    private mutating func open() async -> MySQLConnection? {
        guard case .bare(let configuration) = home else { return nil }
        while true {
            if let connection, connection.closeReason == nil { return connection }
            do {
                connection = try await MySQLConnection.connect(to: configuration)
                ledger.count { $0.connects += 1 }
            } catch {
                // The cutter takes logins too; an RST may come while the system still connects.
                if error.fate != .notSent { ledger.isWrong("a connect whose fate is \(error.fate)") }
                if !Self.isCut(error), error.code != .unreachable {
                    ledger.isWrong("a connect: \(error.code) \(error)")
                }
                ledger.count { $0.failedConnects += 1 }
            }
        }
    }

    private mutating func operate(_ turn: Int) async throws {
        let connection = await open()
        let ending = Int.random(in: 0..<100, using: &random)
        let moment = Int.random(in: 0...6_000, using: &random)
        let timeout: Duration = (70..<85).contains(ending) ? .microseconds(moment) : .seconds(60)
        let call = SoakCall(
            kind: .allCases.randomElement(using: &random) ?? .text,
            worker: number,
            turn: turn,
            size: Int.random(in: 1...1_500, using: &random),
            timeout: timeout
        )
        let (home, ledger) = (home, ledger)
        let result: Result<Void, any Error> = try await bounded(.seconds(120)) {
            let task = Task {
                if let connection { return try await call.run(on: connection, ledger) }
                guard case .pool(let client) = home else { return }
                try await client.withConnection { try await call.run(on: $0, ledger) }
            }
            if ending >= 85 {
                try? await Task.sleep(for: .microseconds(moment))
                task.cancel()
            }
            return await task.result
        }
        switch result {
        case .success: ledger.count { $0.answered += 1 }
        case .failure(let error as MySQLError) where error.code == .cancelled && ending >= 85:
            ledger.count { $0.cancelled += 1 }
        case .failure(let error as MySQLError) where error.code == .timedOut && timeout < .seconds(60):
            ledger.count { $0.timedOut += 1 }
        case .failure(let error as MySQLError) where Self.isCut(error): ledger.count { $0.closed += 1 }
        case .failure(let error): throw Wrong(what: "\(call.kind): \((error as? MySQLError)?.code.name ?? "") \(error)")
        }
    }

    /// The server's, or the proxy's, end of the connection.
    private static func isCut(_ error: MySQLError) -> Bool {
        error.code == .connectionClosed || error.code == .tlsFailed
    }
}
