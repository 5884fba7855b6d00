// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Context.environment["REPLICA_STRICT"] == "1" ? [.treatAllWarnings(as: .error)] : [])

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")

let package = Package(
    name: "replica-kit",
    products: [
        .library(name: "MySQLWire", targets: ["MySQLWire"]),
        .library(name: "ReplicaKit", targets: ["ReplicaKit"]),
        .executable(name: "replica-cli", targets: ["replica-cli"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", path: "Sources/CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "MySQLWire",
            dependencies: ["COpenSSL", "CZlib", "CZstd", nio, nioPosix, logging, metrics, tracing],
            swiftSettings: settings
        ),
        .target(
            name: "ReplicaKit",
            dependencies: ["MySQLWire", logging],
            swiftSettings: settings
        ),
        .target(
            name: "ReplicaLab",
            dependencies: [
                "ReplicaKit", "MySQLWire",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "replica-cli",
            dependencies: [
                "ReplicaKit", "ReplicaLab", "MySQLWire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MySQLWireTests",
            dependencies: [
                "TestSupport", "MySQLWire", "COpenSSL", nio, nioPosix, nioEmbedded, logging,
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ],
            exclude: ["README.md", "Hostile/README.md"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReplicaKitTests",
            dependencies: ["TestSupport", "ReplicaKit", "MySQLWire"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReplicaLabTests",
            dependencies: ["ReplicaLab", "ReplicaKit", "MySQLWire"],
            swiftSettings: settings
        ),
        // What the soak asks the allocator; no product has it.
        .systemLibrary(name: "CAllocator", path: "Tests/CAllocator"),
        // What several test targets share; no product has it.
        .target(
            name: "TestSupport",
            dependencies: ["MySQLWire", "COpenSSL", nio],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReplicaCLITests",
            dependencies: [
                "TestSupport", "replica-cli", "ReplicaKit", "ReplicaLab", "MySQLWire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "CAllocator", "TestSupport", "replica-cli", "ReplicaLab", "ReplicaKit", "MySQLWire", nio, nioPosix,
            ],
            swiftSettings: settings
        ),
    ]
)

// For scripts/fuzz alone: these flags are for no other build.
if Context.environment["REPLICA_FUZZ"] == "1" {
    let fuzzing: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
    for target in package.targets where target.name == "MySQLWire" {
        target.swiftSettings = (target.swiftSettings ?? []) + fuzzing
    }
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["MySQLWire", nio],
            path: "Fuzz",
            swiftSettings: settings + fuzzing + [
                .unsafeFlags(["-parse-as-library"]), .enableExperimentalFeature("Extern"),
            ],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        )
    )
}
