import MySQLWire
import Testing

/// Runs `body` with a pool that runs, and ends the pool afterwards.
func withPool<Value>(
    _ configuration: MySQLConfiguration,
    _ pool: PoolConfiguration = PoolConfiguration(),
    body: (MySQLClient) async throws -> Value
) async throws -> Value {
    let client = MySQLClient(configuration: configuration, pool: pool)
    let running = Task { await client.run() }
    let result: Result<Value, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    running.cancel()
    await running.value
    return try result.get()
}

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
