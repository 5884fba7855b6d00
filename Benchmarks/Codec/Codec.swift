import Benchmark
import MySQLWire

/// What a cell's value costs, by its type and format; each sample converts the same cells 1,000 times.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock],
        scalingFactor: .kilo,
        maxDuration: .seconds(2)
    )
    for sample in CellSample.all {
        Benchmark(sample.name) { benchmark in
            for _ in benchmark.scaledIterations { try sample.convert() }
        }
    }
}
