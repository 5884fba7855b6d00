/// A recording that cannot be read: on which line, and why.
package struct RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1.
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }

    package var description: String { "recording, line \(line): \(reason)" }
}
