internal import Synchronization

/// The ``StatementCache`` of one connection, for all objects that stand for it: a pool makes one with each lease.
final class SharedStatements: Sendable {
    private let cache: Mutex<StatementCache>

    init(capacity: Int) {
        cache = Mutex(StatementCache(capacity: capacity))
    }

    func withLock<Value: Sendable>(_ body: (inout sending StatementCache) -> sending Value) -> Value {
        cache.withLock(body)
    }
}
