internal import NIOCore

/// A statement that is being killed. The connection takes no command meanwhile: neither may the rest of the answer be
/// taken for another one's, nor may a KILL that comes late hit the next statement.
struct KilledQuery {
    /// The server has taken the KILL.
    var isConfirmed = false
    /// The end of the answer was read.
    var isAnswered = false
    /// The statement that takes a late KILL is under way.
    var isAbsorbing = false
    var deadline: Scheduled<Void>?
}
