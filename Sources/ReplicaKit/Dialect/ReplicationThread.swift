/// One of the two threads of a replication channel.
public enum ReplicationThread: String, Sendable, Hashable, Codable {
    /// Fetches events from the source into the relay log.
    case receiver = "IO_THREAD"
    /// Applies the relay log.
    case applier = "SQL_THREAD"
}
