import InMemoryTracing
import MetricsTestKit
import TestSupport
import Testing

@testable import MySQLWire

/// The metrics of a pool, with a backend of their own.
@Suite(.timeLimit(.minutes(1))) struct ObservedPoolTests {
    private func meter(_ metrics: TestMetrics, _ label: String, _ state: String? = nil) -> Double? {
        metrics.meters(label: "db.client.connection." + label).first {
            state == nil || $0.dimensions.contains { $0.0 == "db.client.connection.state" && $0.1 == state }
        }?.lastValue
    }

    private func times(_ metrics: TestMetrics, _ label: String) -> Int {
        metrics.timers(label: "db.client.connection." + label).reduce(0) { $0 + $1.values.count }
    }

    @Test func `what the pool has is told as it changes`() async throws {
        let metrics = TestMetrics()
        let tracer = InMemoryTracer()
        let capabilities = Script.capabilities.union([.connectWithDB])
        let greeting = SampleSession.greeting(capabilities: capabilities, plugin: "mysql_native_password")
        let login = [.packet(0, greeting)] + Script.login.dropFirst()
        try await ScriptedServer.run(login + [.answer(Script.pong)]) { server in
            let configuration = server.configuration {
                $0.database = "shop"
                $0.observability = MySQLObservability(tracer: tracer, metrics: metrics)
            }
            var pool = PoolConfiguration(maximumConnections: 1)
            try await withPool(configuration, pool) { client in
                try await client.withConnection { _ in
                    #expect(meter(metrics, "count", "used") == 1)
                    #expect(times(metrics, "use_time") == 0)
                    let waiting = Task { try await client.collect("DO 1") }
                    try await expectEventually { meter(metrics, "pending_requests") == 1 }
                    waiting.cancel()
                    _ = await waiting.result
                    #expect(meter(metrics, "pending_requests") == 0)
                }
                try await expectEventually { meter(metrics, "count", "idle") == 1 }
                #expect(meter(metrics, "count", "used") == 0)
                _ = try await client.collect("DO 2")
            }
            #expect(meter(metrics, "count", "idle") == 0 && meter(metrics, "count", "used") == 0)
            #expect(meter(metrics, "max") == 1 && meter(metrics, "idle.min") == 0)
            #expect(times(metrics, "create_time") == 1)
            #expect(times(metrics, "wait_time") == 2 && times(metrics, "use_time") == 2)
            #expect(metrics.counterTotal(label: "db.client.connection.timeouts") == 0)
            let name = "127.0.0.1:\(server.port)/shop"
            for meter in metrics.meters {
                #expect(meter.dimensions.contains { $0.0 == "db.client.connection.pool.name" && $0.1 == name })
            }
            // Not the upkeep of the pool.
            #expect(tracer.finishedSpans.map(\.operationName).filter { !$0.hasPrefix("connect ") } == ["DO"])
            pool.name = "mine"
            let other = TestMetrics()
            _ = MySQLClient(
                configuration: server.configuration { $0.observability.metrics = other },
                pool: pool
            )
            #expect(other.meters.allSatisfy { $0.dimensions.contains { $0.1 == "mine" } })
        }
    }

    @Test func `who waits in vain is counted`() async throws {
        let metrics = TestMetrics()
        try await ScriptedServer.run(Script.login + [.answer(Script.pong)]) { server in
            let configuration = server.configuration { $0.observability.metrics = metrics }
            let pool = PoolConfiguration(maximumConnections: 1, leaseTimeout: .milliseconds(50))
            try await withPool(configuration, pool) { client in
                try await client.withConnection { _ in
                    #expect(await mysqlError { _ = try await client.collect("DO 1") }?.code == .poolExhausted)
                }
            }
        }
        #expect(metrics.counterTotal(label: "db.client.connection.timeouts") == 1)
        #expect(times(metrics, "wait_time") == 1)
    }
}
