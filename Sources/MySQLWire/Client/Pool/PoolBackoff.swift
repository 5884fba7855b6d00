/// When the next attempt to connect may begin, and by how much things are moved at random.
struct PoolBackoff: Sendable {
    private let minimum: Duration
    private let maximum: Duration
    private var random: UInt64
    /// Without a success in between.
    private(set) var failures = 0
    /// No attempt before.
    private(set) var until: Duration = .zero
    /// Of the last attempt.
    private(set) var error: MySQLError?

    init(minimum: Duration, maximum: Duration, seed: UInt64) {
        self.minimum = minimum
        self.maximum = maximum
        random = seed
    }

    mutating func failed(_ error: MySQLError?, at now: Duration) {
        self.error = error ?? self.error
        // Attempts that were made together fail together: that is one failure.
        guard now >= until else { return }
        failures = min(failures + 1, 32)
        var delay = minimum
        for _ in 1..<failures where delay < maximum { delay *= 2 }
        until = now + min(delay, maximum) * (1 - fraction() / 2)
    }

    mutating func succeeded() {
        failures = 0
        error = nil
        until = .zero
    }

    /// From 0 to below 1 (SplitMix64): spread is all that is asked of it.
    mutating func fraction() -> Double {
        random &+= 0x9E37_79B9_7F4A_7C15
        var mixed = random
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(UInt64(1) << 53)
    }
}
