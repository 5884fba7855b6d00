package import MySQLWire

/// Runs `body` with a pool that runs, and ends the pool afterwards.
package func withPool<Value>(
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
