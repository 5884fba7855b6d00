import Testing

@testable import MySQLWire

@Suite struct ReadPaceTests {
    /// A mutating function cannot be called in an expectation.
    private final class Pace {
        private var pace = ReadPace()
        var isWaitingForMuch: Bool { pace.isWaitingForMuch }
        func read(_ bytes: Int) -> Bool { pace.read(bytes) }
        func tick() -> Bool { pace.tick() }
        func end() -> Bool { pace.end() }
    }

    /// Behind so many small pieces that much is waited for.
    private func waiting() -> Pace {
        let pace = Pace()
        for piece in 1...ReadPace.patience { #expect(pace.read(16 << 10) == (piece == ReadPace.patience)) }
        #expect(pace.isWaitingForMuch)
        return pace
    }

    @Test func `much is waited for behind many small pieces, and not before`() {
        let pace = waiting()
        #expect(!pace.read(1))
        #expect(pace.isWaitingForMuch)
    }

    @Test func `a large piece shows that the server is fast`() {
        let pace = Pace()
        for _ in 0..<10 {
            for _ in 1..<ReadPace.patience { #expect(!pace.read(100)) }
            #expect(!pace.read(ReadPace.much / 2))
        }
    }

    @Test func `a millisecond without a piece ends it, and one with a piece does not`() {
        let pace = waiting()
        #expect(!pace.tick())
        #expect(!pace.read(64 << 10))
        #expect(!pace.tick())
        #expect(pace.isWaitingForMuch)
        #expect(pace.tick())
        #expect(!pace.isWaitingForMuch)
        #expect(!pace.tick())
        for _ in 1..<ReadPace.patience { #expect(!pace.read(1)) }
        #expect(pace.read(1))
    }

    @Test func `the end of the answer ends it, and the next one is counted anew`() {
        let pace = waiting()
        #expect(pace.end())
        #expect(!pace.end())
        for _ in 1..<ReadPace.patience { #expect(!pace.read(1)) }
        #expect(!pace.end())
        for _ in 1..<ReadPace.patience { #expect(!pace.read(1)) }
    }
}
