// The pool, and what can be seen from outside: the code of the articles about programs that run.

import CoreMetrics
import Logging
import MySQLWire
import Tracing

func pool(_ configuration: MySQLConfiguration, id: Int) async throws {
    // snippet.pool
    let client = MySQLClient(configuration: configuration, pool: PoolConfiguration(maximumConnections: 8))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }

        let count = try await client.collect("SELECT COUNT(*) FROM products").scalar
        print(count ?? "NULL")
        try await client.withTransaction { connection in
            try await connection.execute("UPDATE products SET stock = stock - 1 WHERE id = \(id)")
        }
        try await client.withConnection { connection in
            for try await batch in try await connection.query("SELECT id FROM products") { print(batch.count) }
        }

        client.shutDown()  // what is lent is waited for; group.cancelAll() would not wait
    }
    // snippet.end
    print(client.statistics)
}

func observed(
    _ configuration: inout MySQLConfiguration,
    tracer: any Tracer,
    metrics: any MetricsFactory
) async throws {
    // snippet.observability
    configuration.observability = MySQLObservability(tracer: tracer, metrics: metrics, queryText: .withParameters)
    // snippet.end

    // snippet.silence
    configuration.observability = MySQLObservability(tracer: NoOpTracer(), metrics: NOOPMetricsHandler.instance)
    // snippet.end

    // snippet.logger
    var logger = Logger(label: "shop.database")
    logger.logLevel = .debug
    let client = MySQLClient(configuration: configuration, logger: logger)
    // snippet.end
    await client.run()
}
