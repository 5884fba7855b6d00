internal import CoreMetrics
internal import NIOCore
internal import Synchronization
internal import Tracing

/// One command from its call to the end of its answer: a span, and a duration.
final class CommandObservation: Sendable {
    private let observer: ConnectionObserver
    private let operation: ObservedOperation
    private let namespace: String?
    private let isMeasured: Bool
    private let span: (any Span)?
    private let start = ContinuousClock.now
    private let hasEnded = Atomic(false)
    /// Why the command fails for its caller, whatever comes at its end.
    private let failure = Mutex<MySQLError?>(nil)

    init(_ operation: ObservedOperation, by observer: ConnectionObserver, namespace: String?, isMeasured: Bool = true) {
        self.observer = observer
        self.operation = operation
        self.namespace = namespace
        self.isMeasured = isMeasured
        span = observer.tracer?.startAnySpan(
            DatabaseAttributes.spanName(operation, on: observer.server),
            ofKind: .client
        )
        span?.attributes = DatabaseAttributes.span(operation, on: observer.server, namespace: namespace)
    }

    /// The caller's own part in the command has failed: the server, which cannot know, may still say OK.
    func willFail(with error: MySQLError) {
        failure.withLock { $0 = error }
    }

    /// The first end counts; further ones do nothing.
    func end(_ error: MySQLError? = nil) {
        guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let duration = start.duration(to: .now)
        let error = failure.withLock { $0 } ?? error
        if let span {
            if let error {
                let error = error.withoutForeignText
                span.updateAttributes { $0.merge(DatabaseAttributes.span(error)) }
                span.setStatus(SpanStatus(code: .error, message: error.message))
                span.recordError(error)
            }
            span.end()
        }
        guard isMeasured, let metrics = observer.metrics else { return }
        Timer(
            label: "db.client.operation.duration",
            dimensions: DatabaseAttributes.dimensions(
                operation,
                on: observer.server,
                namespace: namespace,
                error: error
            ),
            preferredDisplayUnit: .seconds,
            factory: metrics
        ).recordNanoseconds(TimeAmount(clamping: duration).nanoseconds)
    }

    /// At the last event of an answer.
    func end(with event: ResponseSink.Event) {
        if case .failed(let error) = event { end(error) } else { end() }
    }
}
