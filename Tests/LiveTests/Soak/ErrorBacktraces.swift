import Foundation

/// Swift Testing (6.3.1) keeps the backtrace of every error that is thrown, also in libraries and caught there, for as long
/// as the test runs: a hundred thousand of them would look like a leak.
///
/// Its hooks are words of the runtime's, which are emptied for the time of `body`.
enum ErrorBacktraces {
    private static let hooks = ["_swift_willThrow", "_swift_willThrowTypedImpl"]

    static func without<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        let words = hooks.compactMap { dlsym(nil, $0)?.assumingMemoryBound(to: UInt.self) }
        let before = words.map(\.pointee)
        for word in words { word.pointee = 0 }
        defer { for (word, hook) in zip(words, before) { word.pointee = hook } }
        return try await body()
    }
}
