import Testing

/// The tests of data share two servers, so they run one after the other.
@Suite("Data on real servers", .serialized, .needsServer)
enum DataSuites {}
