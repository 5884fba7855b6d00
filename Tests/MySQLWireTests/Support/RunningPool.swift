import Testing

/// Waits until it is so; not for ever.
func expectEventually(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool
) async throws {
    for _ in 0..<1_500 {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come to that", sourceLocation: sourceLocation)
}
