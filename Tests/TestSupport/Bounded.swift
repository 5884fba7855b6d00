/// It has not ended within a time that nothing needs.
package struct Hang: Error {}

/// What `body` gives, or ``Hang``: then it is left behind, so that a test fails rather than stands still.
package func bounded<Value: Sendable>(
    _ limit: Duration = .seconds(60),
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let (stream, inlet) = AsyncThrowingStream.makeStream(of: Value.self)
    let work = Task {
        do {
            inlet.yield(try await body())
            inlet.finish()
        } catch {
            inlet.finish(throwing: error)
        }
    }
    let clock = Task {
        let end = ContinuousClock.now.advanced(by: limit)
        // In short steps: a sleep that is cancelled stays in memory until its time has come, and there are thousands.
        while true {
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else { break }
            try await Task.sleep(for: min(rest, .seconds(1)))
        }
        inlet.finish(throwing: Hang())
    }
    defer {
        work.cancel()
        clock.cancel()
    }
    for try await value in stream { return value }
    throw Hang()
}

/// Runs `body` for each, some of them at the same time.
package func forEachAtOnce<Element: Sendable>(
    _ elements: some Sequence<Element>,
    width: Int = 32,
    _ body: @escaping @Sendable (Element) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, element) in elements.enumerated() {
            if index >= width { try await group.next() }
            group.addTask { try await body(element) }
        }
        try await group.waitForAll()
    }
}
