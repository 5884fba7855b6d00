import Foundation
import MySQLWire
import TestSupport
import Testing

@testable import ReplicaLab

/// One real mariadbd on loopback: it still has mysql_native_password, which MySQL 9 no longer has.
///
/// It ends with the test process, however that ends, and its folder goes with it.
final class MariaDBServer: Sendable {
    /// Of the account that may do everything, and of the one that only its old password keeps from it.
    static let password = RecordingBench.password
    /// Where `$REPLICA_MARIADBD` or PATH says that one is. With `REPLICA_LIVE=required` a missing one is a failure.
    static let isAvailable = LiveServers.isRequired || locate() != nil
    static let whyNot: Comment = "no MariaDB server: set REPLICA_MARIADBD or run scripts/test"

    private static let sharedTask = Task { try await start() }

    private static let nextTask = Task { try await start(next: true) }
    /// The newer one, which has parsec, by `$REPLICA_MARIADBD_NEXT`.
    static let isNextAvailable = LiveServers.isRequired || locate(next: true) != nil
    static let whyNoNext: Comment = "no newer MariaDB server: set REPLICA_MARIADBD_NEXT or run scripts/test"

    /// Started at the first use; nobody changes what it is.
    static func next() async throws -> MariaDBServer { try await nextTask.value }

    /// Started at the first use; nobody changes what it is.
    static func shared() async throws -> MariaDBServer { try await sharedTask.value }

    private static let certifiedTask = Task { try await start(isCertified: true) }
    private static let certifiedNextTask = Task { try await start(next: true, isCertified: true) }

    /// Another one of either, with a certificate that names 127.0.0.1, and room for packets of more than 16 MiB.
    static func certified(next: Bool) async throws -> MariaDBServer {
        try await (next ? certifiedNextTask : certifiedTask).value
    }

    let directory: String
    /// Of the authority that the certificate of a ``certified(next:)`` one is signed by.
    var caFile: String { "\(directory)/ca.pem" }
    var socketPath: String { "\(directory)/socket" }
    private let process: SupervisedProcess
    private let reservation: LoopbackPort

    var port: UInt16 { reservation.number }

    private init(directory: String, process: SupervisedProcess, reservation: LoopbackPort) {
        self.directory = directory
        self.process = process
        self.reservation = reservation
    }

    /// The account that may do everything; in plaintext, since the older server makes no certificate for itself.
    var configuration: MySQLConfiguration {
        MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: port),
            username: RecordingBench.username,
            password: Secret(Self.password),
            tls: TLSConfiguration(mode: .disabled)
        )
    }

    private static func locate(next: Bool = false) -> String? {
        let environment = ProcessInfo.processInfo.environment
        if next {
            return environment["REPLICA_MARIADBD_NEXT"].flatMap {
                FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil
            }
        }
        let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/mariadbd" }
        let named = environment["REPLICA_MARIADBD"].flatMap { $0.isEmpty ? nil : $0 }
        return (named.map { [$0] } ?? onPath).first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func start(next: Bool = false, isCertified: Bool = false) async throws -> MariaDBServer {
        // No #require in here: its error counts once, and the next test that waits for this server would pass.
        guard let program = locate(next: next) else {
            throw LabError.noServerProgram("\(next ? whyNoNext : whyNot)")
        }
        let environment = ProcessInfo.processInfo.environment
        let directory = try LabFolders.makeTemporary(environment: environment)
        do { try await fill("\(directory)/data", of: directory, by: program) } catch {
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
        let reservation = try LoopbackPort.take(lockFile: LabFolders.cache(environment: environment) + "/ports.lock")
        let process = try await SupervisedProcess.start(
            [program] + options(directory) + (isCertified ? makeCertificate(in: directory) : []) + [
                "--port=\(reservation.number)", "--socket=\(directory)/socket", "--bind-address=127.0.0.1",
                "--skip-name-resolve", "--server-id=71", "--log-bin=binlog", "--secure-auth=OFF",
            ],
            console: "\(directory)/console.log",
            removing: directory
        )
        let server = MariaDBServer(directory: directory, process: process, reservation: reservation)
        let probe = GreetingProbe(port: reservation.number)
        for _ in 0..<3_000 where process.ended == nil {
            if await probe.greets() { return server }
            try await Task.sleep(for: .milliseconds(20))
        }
        let log = FileManager.default.contents(atPath: "\(directory)/console.log") ?? Data()
        throw LabError.didNotStart(
            server: "mariadbd",
            reason: process.ended ?? "it does not greet",
            log: String(decoding: log, as: UTF8.self)
        )
    }

    /// As mariadb-install-db does, which cannot be run from an unpacked package: the system tables, from the scripts
    /// that lie beside the server's messages, and the accounts of these tests instead of its own.
    private static func fill(_ data: String, of directory: String, by program: String) async throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        let variables = try await TestSupport.Program.run(["--no-defaults", "--verbose", "--help"], program: program)
            .text
        let line = variables.split(separator: "\n").first { $0.hasPrefix("lc-messages-dir ") }
        guard let scripts = line?.split(separator: " ").last else {
            throw LabError.programFailed(program, detail: "it does not tell its lc-messages-dir")
        }
        var sql = "CREATE DATABASE mysql;\nUSE mysql;\n"
        // Named so from 11 on.
        let isNew = FileManager.default.fileExists(atPath: "\(scripts)/mariadb_system_tables.sql")
        for name in ["system_tables", "performance_tables", "system_tables_data"] {
            let path = "\(scripts)/\(isNew ? "mariadb" : "mysql")_\(name).sql"
            sql += try String(contentsOfFile: path, encoding: .utf8) + "\n"
        }
        let account = "\(RecordingBench.username)@'127.0.0.1'"
        let secret = SQLText.literal(password)
        sql += """
            DELETE FROM global_priv;
            FLUSH PRIVILEGES;
            CREATE USER \(account) IDENTIFIED VIA mysql_native_password USING PASSWORD(\(secret));
            GRANT ALL ON *.* TO \(account);
            CREATE USER \(RecordingBench.username)@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD(\(secret));
            GRANT ALL ON *.* TO \(RecordingBench.username)@localhost;
            CREATE USER nobody@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING '';
            CREATE USER oldie@'127.0.0.1' IDENTIFIED VIA mysql_old_password USING '5d2e19393cc5ef67';

            """
        let outcome = try await TestSupport.Program.run(
            options(directory) + ["--bootstrap"],
            input: Data(sql.utf8),
            program: program
        )
        guard outcome.status == 0 else { throw LabError.programFailed(program, detail: outcome.errors) }
    }

    private static func makeCertificate(in directory: String) throws -> [String] {
        let authority = try TestCertificate("MariaDB test CA", isAuthority: true)
        let own = try TestCertificate("here", alternativeNames: "IP:127.0.0.1", issuer: authority)
        let files = [
            "ca": authority.certificatePEM, "cert": own.certificatePEM, "key": own.key.privatePEM,
        ]
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name).pem")) }
        return ["--max-allowed-packet=64M"] + files.keys.sorted().map { "--ssl-\($0)=\(directory)/\($0).pem" }
    }

    private static func options(_ directory: String) -> [String] {
        [
            "--no-defaults", "--datadir=\(directory)/data", "--tmpdir=\(directory)", "--innodb-use-native-aio=OFF",
            "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M",
        ] + (geteuid() == 0 ? ["--user=root"] : [])
    }
}

extension Trait where Self == ConditionTrait {
    /// For each suite that needs a real MariaDB.
    static var needsMariaDB: Self { .enabled(if: MariaDBServer.isAvailable, MariaDBServer.whyNot) }
}
