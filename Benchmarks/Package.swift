// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the library's graph of dependencies stays as it is.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "replica-kit", path: ".."),
        // Without its traits: they count allocations by libraries that replace malloc and the runtime's own functions.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "client-bench",
            dependencies: [.product(name: "MySQLWire", package: "replica-kit")],
            path: "Sources/ClientBench",
            swiftSettings: settings
        ),
        // The plugin finds a target by its folder's parent, which has to be called Benchmarks: this package's own is.
        .executableTarget(
            name: "Codec",
            dependencies: [
                .product(name: "MySQLWire", package: "replica-kit"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Codec",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
