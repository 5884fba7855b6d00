import Foundation
import Logging
import MySQLWire
import ServiceLifecycle

/// Uses MySQLWire from another package: connects, creates a table, inserts, queries, streams, sells within a transaction,
/// and goes on with a pool until SIGTERM or Ctrl-C.
///
///     MYSQL_HOST=127.0.0.1 MYSQL_TCP_PORT=3306 MYSQL_USER=root MYSQL_PWD=… MYSQL_DATABASE=test swift run Shop
@main struct Shop {
    static func main() async throws {
        let configuration = try configuration()
        try await FirstSteps(configuration: configuration).run()

        var logger = Logger(label: "shop")
        logger.logLevel = .notice
        let database = Database(client: MySQLClient(configuration: configuration, logger: logger))
        // The database is first, so that it is the last one to be shut down.
        let group = ServiceGroup(
            services: [database, Counter(client: database.client)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
        say("closed, with \(database.client.statistics.connections) connections left")
    }

    private static func configuration() throws -> MySQLConfiguration {
        let environment = ProcessInfo.processInfo.environment
        guard let port = UInt16(environment["MYSQL_TCP_PORT"] ?? "3306") else {
            throw MySQLError(.invalidArgument, phase: .configuration, message: "MYSQL_TCP_PORT is not a port")
        }
        return MySQLConfiguration(
            endpoint: .tcp(host: environment["MYSQL_HOST"] ?? "127.0.0.1", port: port),
            username: environment["MYSQL_USER"] ?? "root",
            password: environment["MYSQL_PWD"].map { Secret($0) },
            database: environment["MYSQL_DATABASE"] ?? "test",
            // Encrypts, and believes any certificate: for a server of one's own. Else it is `.verifyIdentity`.
            tls: TLSConfiguration(mode: .required)
        )
    }
}

/// A line at once, also into a pipe.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
