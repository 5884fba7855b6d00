/// Runs two pieces of work at the same time, most often one statement on each of two servers.
func concurrently<First: Sendable, Second: Sendable>(
    _ first: @escaping @Sendable () async throws(DataError) -> First,
    _ second: @escaping @Sendable () async throws(DataError) -> Second
) async throws(DataError) -> (First, Second) {
    async let left = captured(first)
    async let right = captured(second)
    let results = await (left, right)
    return (try results.0.get(), try results.1.get())
}

private func captured<Value: Sendable>(
    _ work: @Sendable () async throws(DataError) -> Value
) async -> Result<Value, DataError> {
    do {
        return .success(try await work())
    } catch {
        return .failure(error)
    }
}
