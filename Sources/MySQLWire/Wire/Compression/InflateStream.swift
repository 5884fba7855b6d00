/// A decompressor that is fed and emptied in steps.
protocol InflateStream: ~Copyable {
    /// Takes from the front of `input`, and writes to the front of `output`.
    mutating func step(_ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> InflateStep
}

struct InflateStep {
    enum State {
        /// More input or more room is needed.
        case unfinished
        /// The compressed data is at its end, and so is what it inflates to.
        case finished
        /// No such data.
        case damaged(String)
    }

    var state: State
    var produced: Int
}
