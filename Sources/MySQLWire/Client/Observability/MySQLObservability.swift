public import CoreMetrics
public import Tracing

/// Where a connection or a pool reports to, and what it tells there, by OpenTelemetry's conventions for database
/// clients ([spans](https://opentelemetry.io/docs/specs/semconv/db/mysql/),
/// [metrics](https://opentelemetry.io/docs/specs/semconv/db/database-metrics/)).
///
/// Never told are passwords, values of parameters and literals of a text; of an error of the server its number and
/// SQLSTATE, not its message. Where neither a tracer nor a metrics backend is there, nothing is done at all.
public struct MySQLObservability: Sendable {
    /// Which statements are in spans as `db.query.text`, always with `?` in place of each literal and without comments.
    public enum QueryText: Sendable, Hashable {
        /// None. `db.query.summary` tells the operations and tables all the same.
        case never
        /// Those whose values are sent apart from the text.
        case withParameters
        /// All of them.
        case always
    }

    /// Nil for the one that is bootstrapped, if any, when the connection is opened or the ``MySQLClient`` made.
    /// `NoOpTracer()` for none.
    public var tracer: (any Tracer)?
    /// Nil for the backend that is bootstrapped, if any, when the connection is opened or the ``MySQLClient`` made.
    /// `NOOPMetricsHandler.instance` for none.
    public var metrics: (any MetricsFactory)?
    /// Which texts are in spans.
    public var queryText: QueryText

    /// Without arguments: to what is bootstrapped, with the texts of statements that have values.
    public init(
        tracer: (any Tracer)? = nil,
        metrics: (any MetricsFactory)? = nil,
        queryText: QueryText = .withParameters
    ) {
        self.tracer = tracer
        self.metrics = metrics
        self.queryText = queryText
    }

    static let none = MySQLObservability(tracer: NoOpTracer(), metrics: NOOPMetricsHandler.instance)

    /// With what is bootstrapped by now in place of nil.
    var resolved: MySQLObservability {
        MySQLObservability(
            tracer: tracer ?? InstrumentationSystem.tracer,
            metrics: metrics ?? MetricsSystem.factory,
            queryText: queryText
        )
    }

    /// Nil where nobody would listen.
    var listeningTracer: (any Tracer)? {
        let tracer = tracer ?? InstrumentationSystem.tracer
        return tracer is NoOpTracer ? nil : tracer
    }

    /// Nil where nobody would listen.
    var listeningMetrics: (any MetricsFactory)? {
        let metrics = metrics ?? MetricsSystem.factory
        return metrics is NOOPMetricsHandler ? nil : metrics
    }
}
