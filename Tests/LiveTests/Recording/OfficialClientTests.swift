import Foundation
import MySQLWire
import ReplicaLab
import Testing

/// Sessions of MySQL's own client, through the proxy.
extension RecordingTests {
    @Suite("of the official client", .enabled(if: MySQLProgram.isAvailable, "no mysql beside mysqld"))
    struct OtherClient {

        private let plain = ["--ssl-mode=DISABLED", "--get-server-public-key"]

        @Test func `its logins`() async throws {
            let bench = try await RecordingBench.open()
            try await bench.forgetPasswords()
            let full = try await bench.mysql(
                "mysql-login-full-rsa",
                "mysql logs in by RSA and asks one question",
                plain + ["-e", "SELECT 1"]
            )
            #expect(full.status == 0)
            #expect(full.standardOutput == "1\n1\n")
            let fast = try await bench.mysql(
                "mysql-login-fast",
                "mysql logs in the fast way, with a default database",
                plain + ["--database=mysql", "-e", "SELECT DATABASE()"]
            )
            #expect(fast.status == 0)
            let denied = try await bench.mysql(
                "mysql-login-denied",
                "mysql with a wrong password",
                plain + ["-e", "SELECT 1"],
                password: "wrong"
            )
            #expect(denied.status == 1)
            let tls = try await bench.mysql(
                "mysql-tls-opaque",
                "mysql uses TLS, recorded from outside",
                ["--ssl-mode=REQUIRED", "-e", "SELECT 1"]
            )
            #expect(tls.status == 0)
            let hidden = try await bench.mysql(
                "mysql-tls-hidden",
                "mysql would use TLS, the proxy says there is none",
                ["--get-server-public-key", "-e", "SHOW STATUS LIKE 'Ssl_cipher'"],
                hidden: [.ssl]
            )
            #expect(hidden.status == 0)
            let compressed = try await bench.mysql(
                "mysql-compressed",
                "mysql compresses, recorded up to there",
                plain + ["--compression-algorithms=zlib", "-e", "SELECT 1"]
            )
            #expect(compressed.status == 0)
        }

        @Test func `what a fake server answers other clients with`() async throws {
            let bench = try await RecordingBench.open()
            let output = try await bench.mysql(
                "mysql-names",
                "mysql sets its character set and asks two questions",
                plain + ["--default-character-set=utf8mb4", "-e", "SET NAMES utf8mb4; SELECT 1; SELECT 2, NULL, 'ü'"]
            )
            #expect(output.status == 0)
        }

        @Test func `its statements`() async throws {
            let bench = try await RecordingBench.open()
            let output = try await bench.mysql(
                "mysql-session",
                "mysql runs a script: results, errors, other commands",
                plain + ["--force", "--batch"],
                input: """
                    CREATE DATABASE recording_mysql;
                    USE recording_mysql;
                    CREATE TABLE t (n INT PRIMARY KEY, v VARCHAR(40));
                    INSERT INTO t VALUES (1, NULL), (2, ''), (3, 'tab\tand\\nline');
                    SELECT * FROM t;
                    SELECT * FROM t WHERE n > 3;
                    UPDATE t SET v = 'x' WHERE n < 3;
                    SELECT * FROM no_such_table;
                    INSERT INTO t VALUES (1, 'twice');
                    delimiter //
                    CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//
                    delimiter ;
                    CALL p();
                    SHOW WARNINGS;
                    DROP DATABASE recording_mysql;

                    """
            )
            #expect(output.standardError.contains("1146"))
            #expect(output.standardError.contains("1062"))
            let other = try await bench.mysql(
                "mysql-commands",
                "mysql asks for the server's statistics and resets its session",
                plain + ["--commands", "-e", "status; resetconnection; SELECT @@version"]
            )
            #expect(other.status == 0)
            let secrets = try await bench.mysql(
                "mysql-passwords",
                "mysql sends statements that hold passwords",
                plain + ["--force"],
                input: """
                    SET PASSWORD = '\(RecordingBench.password)-new';
                    ALTER USER CURRENT_USER() IDENTIFIED BY '\(RecordingBench.password)' REPLACE '\(RecordingBench.password)-new';
                    SET PASSWORD = '\(RecordingBench.password)' oops '\(RecordingBench.password)';

                    """
            )
            #expect(secrets.standardError.contains("1064"))
        }

        @Test func `its query attributes`() async throws {
            let bench = try await RecordingBench.open()
            let output = try await bench.mysql(
                "mysql-query-attributes",
                "mysql sends attributes beside a statement",
                plain + ["--commands", "--binary-as-hex=0"],
                input: "query_attributes trace abc number -5\nSELECT 1;\nSELECT 2;\n"
            )
            #expect(output.status == 0)
        }

        @Test func `its file, when the server asks for it`() async throws {
            let bench = try await RecordingBench.open()
            let file = FileManager.default.temporaryDirectory.appending(path: "recording-infile.txt")
            try Data("1\tone\n2\ttwo\n".utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = ON") }
            let output = try await bench.mysql(
                "mysql-local-infile",
                "LOAD DATA LOCAL INFILE by mysql",
                plain + ["--local-infile=1", "--force"],
                input: """
                    CREATE DATABASE recording_infile;
                    CREATE TABLE recording_infile.t (n INT, v VARCHAR(9));
                    LOAD DATA LOCAL INFILE '\(file.path)' INTO TABLE recording_infile.t;
                    SELECT COUNT(*) FROM recording_infile.t;
                    DROP DATABASE recording_infile;

                    """
            )
            try await bench.asRoot { _ = try await $0.collect(sql: "SET GLOBAL local_infile = OFF") }
            #expect(output.status == 0)
            #expect(output.standardOutput.contains("2"))
        }
    }
}
