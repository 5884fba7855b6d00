import Foundation
import MySQLWire
import TestSupport
import Testing

@testable import ReplicaLab

/// A MySQL Router on loopback, which listens on one port for each of its routes.
///
/// It ends with the test process, however that ends, and its folder goes with it.
final class MySQLRouter: Sendable {
    /// One `[routing:…]` section.
    struct Route {
        var name: String
        var destinations: [UInt16]
        /// Whose TLS is spoken with: `PASSTHROUGH` leaves every byte as it is, anything else has the router take part.
        var clientTLS = "PASSTHROUGH"
        var serverTLS = "AS_CLIENT"
        var strategy = "first-available"
        var settings: [String: String] = [:]
    }

    /// With `REPLICA_LIVE=required` a missing one is a failure.
    static let isAvailable = LiveServers.isRequired || (locate() != nil && LiveServers.isAvailable)
    static let whyNot: Comment = "no MySQL Router: set REPLICA_MYSQLROUTER, and REPLICA_MYSQLD, or run scripts/test"

    private let process: SupervisedProcess
    private let ports: [String: LoopbackPort]

    private init(process: SupervisedProcess, ports: [String: LoopbackPort]) {
        self.process = process
        self.ports = ports
    }

    private static func locate() -> String? {
        ProcessInfo.processInfo.environment["REPLICA_MYSQLROUTER"].flatMap {
            FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil
        }
    }

    func endpoint(_ route: String) throws -> MySQLConfiguration.Endpoint {
        .tcp(host: "127.0.0.1", port: try #require(ports[route]).number)
    }

    func stop() async {
        process.endNow()
        _ = await process.waitUntilEnded(within: .seconds(10))
    }

    static func start(_ routes: [Route]) async throws -> MySQLRouter {
        // No #require in here, for the reason that MariaDBServer has.
        guard let program = locate() else { throw LabError.noServerProgram("\(whyNot)") }
        let environment = ProcessInfo.processInfo.environment
        let directory = try LabFolders.makeTemporary(environment: environment)
        // RSA: in plaintext the router gives this very key for the password.
        let certificate = try TestCertificate(
            "router",
            alternativeNames: "IP:127.0.0.1",
            key: TestKey.rsa2048.get()
        )
        try Data(certificate.certificatePEM.utf8).write(to: URL(filePath: "\(directory)/cert.pem"))
        try Data(certificate.key.privatePEM.utf8).write(to: URL(filePath: "\(directory)/key.pem"))
        var text = """
            [DEFAULT]
            data_folder=\(directory)
            runtime_folder=\(directory)
            logging_folder=
            [logger]
            level=INFO
            [connection_pool]
            max_idle_server_connections=8

            """
        var ports: [String: LoopbackPort] = [:]
        for route in routes {
            let port = try LoopbackPort.take(lockFile: LabFolders.cache(environment: environment) + "/ports.lock")
            ports[route.name] = port
            var settings = [
                "bind_address": "127.0.0.1", "bind_port": "\(port.number)", "protocol": "classic",
                "destinations": route.destinations.map { "127.0.0.1:\($0)" }.joined(separator: ","),
                "routing_strategy": route.strategy, "client_ssl_mode": route.clientTLS,
                "server_ssl_mode": route.serverTLS,
            ]
            if route.clientTLS != "PASSTHROUGH", route.clientTLS != "DISABLED" {
                settings["client_ssl_cert"] = "\(directory)/cert.pem"
                settings["client_ssl_key"] = "\(directory)/key.pem"
            }
            settings.merge(route.settings) { $1 }
            text += "[routing:\(route.name)]\n" + settings.sorted { $0.key < $1.key }.map { "\($0)=\($1)\n" }.joined()
        }
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/router.conf"))
        let process = try await SupervisedProcess.start(
            [program, "--config=\(directory)/router.conf"],
            console: "\(directory)/console.log",
            removing: directory
        )
        let router = MySQLRouter(process: process, ports: ports)
        do {
            for port in ports.values { try await wait(for: port.number, of: process) }
            return router
        } catch {
            let log = FileManager.default.contents(atPath: "\(directory)/console.log") ?? Data()
            await router.stop()
            throw LabError.didNotStart(
                server: "mysqlrouter",
                reason: process.ended ?? "it does not greet",
                log: String(decoding: log, as: UTF8.self)
            )
        }
    }

    private struct Silent: Error {}

    private static func wait(for port: UInt16, of process: SupervisedProcess) async throws {
        let probe = GreetingProbe(port: port)
        for _ in 0..<3_000 where process.ended == nil {
            if await probe.greets() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Silent()
    }
}

extension Trait where Self == ConditionTrait {
    /// For each suite that goes through a router, and needs a MySQL behind it.
    static var needsRouter: Self { .enabled(if: MySQLRouter.isAvailable, MySQLRouter.whyNot) }
}
