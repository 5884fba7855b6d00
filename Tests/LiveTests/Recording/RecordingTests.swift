import Testing

/// Recordings of sessions on real servers: each is read again and replayed at once. One after the other, since they
/// change what the server knows of their account.
@Suite("Recordings", .needsServer, .serialized, .timeLimit(.minutes(3)))
enum RecordingTests {}
