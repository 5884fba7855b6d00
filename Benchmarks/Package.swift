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
        .package(name: "replica-kit", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "client-bench",
            dependencies: [.product(name: "MySQLWire", package: "replica-kit")],
            path: "Sources/ClientBench",
            swiftSettings: settings
        )
    ]
)
