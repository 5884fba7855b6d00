/// A statement in two forms: what is sent, and what may be shown, logged and kept.
///
/// `description` is the second, so that printing one by accident shows no password.
public struct SQLStatement: Sendable, CustomStringConvertible {
    /// What the server gets.
    package let text: String
    /// The same with every secret replaced.
    public let redacted: String

    public init(_ text: String) {
        self.text = text
        self.redacted = text
    }

    package init(text: String, redacted: String) {
        self.text = text
        self.redacted = redacted
    }

    var holdsSecret: Bool { text != redacted }

    public var description: String { redacted }
}
