/// What a scripted server makes of a KILL QUERY. It says OK in any case.
enum KillManner: Sendable, CaseIterable {
    /// An answer that has stopped ends in an ERR 1317; where none is under way, the next one is that ERR.
    case honoured
    /// The answer under way comes to its end, and the next one is the ERR.
    case late
    case ignored
}
