/// What a replica's receiver tells about the life of its source: the second witness besides our own attempt.
public enum ReceiverTestimony: Sendable, Hashable {
    /// It is connected.
    case replicates
    /// The source does not answer it.
    case lost(ReplicationError)
    /// It stumbled on something else, which is no sign of death: nearly all of these only a living server can say.
    case notLost(ReplicationError)
    /// It is stopped, or has not come to a verdict yet.
    case none

    /// What the client library of a replica says where nobody answers: 2002 to 2005 (no connection, unknown host), 2006,
    /// 2013 and 2055 (connection lost), and the server's own 1158 to 1161 (reading or writing failed or took too long).
    ///
    /// Every other number is none of a dead source: 1040, 1045, 1129, 1130, 1203, 1226, 1236 and 13114, 2061, 3159 come
    /// from one that answers, and what the replica stumbles on by itself (a full disk) says nothing about it.
    private static let lostNumbers: Set<Int> = [2002, 2003, 2004, 2005, 2006, 2013, 2055, 1158, 1159, 1160, 1161]

    public init(_ channel: ReplicaStatus) {
        switch (channel.receiver, channel.receiverError) {
        case (.yes?, _): self = .replicates
        case (_, let error?): self = Self.lostNumbers.contains(error.number) ? .lost(error) : .notLost(error)
        default: self = .none
        }
    }
}
