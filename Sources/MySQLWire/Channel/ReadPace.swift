/// How much must have come from the server before the event loop is woken for it.
///
/// A server that makes rows more slowly than they are read here sends them in small pieces. Each costs a wake-up, two system
/// calls and a way through the event loop, which together are more than the work on its rows. So behind the first
/// hundred or so of an answer the kernel is asked to wait for more (SO_RCVLOWAT: see socket(7)), and while it does, there is a
/// tick each millisecond: where nothing was read since the last one, the server is slow or at its end, and every byte
/// counts again. So a byte waits for two milliseconds at most.
///
/// A value in, a mark out: who owns the socket sets it.
struct ReadPace: Sendable {
    /// In bytes: what is read at once at most.
    static let much = 64 << 10
    /// Of small pieces without a large one; an answer that ends before them is told without any delay.
    static let patience = 128

    private var smallPieces = 0
    private var hasRead = false
    /// Ticks are wanted.
    private(set) var isWaitingForMuch = false

    /// So many bytes of an answer were read in one go.
    ///
    /// - Returns: whether ``much`` is to be waited for from here on.
    mutating func read(_ bytes: Int) -> Bool {
        hasRead = true
        guard !isWaitingForMuch else { return false }
        smallPieces = bytes < Self.much / 2 ? smallPieces + 1 : 0
        guard smallPieces >= Self.patience else { return false }
        isWaitingForMuch = true
        return true
    }

    /// A millisecond has passed.
    ///
    /// - Returns: whether every byte counts from here on.
    mutating func tick() -> Bool {
        defer { hasRead = false }
        return !hasRead && end()
    }

    /// The answer is over, or nobody reads it for now.
    ///
    /// - Returns: whether every byte counts from here on.
    mutating func end() -> Bool {
        smallPieces = 0
        defer { isWaitingForMuch = false }
        return isWaitingForMuch
    }
}
