import Foundation
import TestSupport
import Testing

/// PyMySQL, by a Python that has it: a client without a line in common with MySQL's own, or with ours.
struct PyMySQLProgram {
    let path: String

    static let isAvailable = LiveServers.isRequired || locate() != nil
    static let whyNot: Comment = "no PyMySQL: set REPLICA_PYMYSQL to a Python that has it, or run scripts/test"

    private static func locate() -> String? {
        ProcessInfo.processInfo.environment["REPLICA_PYMYSQL"].flatMap {
            FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil
        }
    }

    static func find() throws -> PyMySQLProgram {
        PyMySQLProgram(path: try #require(locate(), "\(whyNot)"))
    }

    func version() async throws -> String {
        let outcome = try await Program.run(
            ["-c", "import pymysql; print(pymysql.VERSION_STRING)"],
            program: path
        )
        return "PyMySQL " + outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a script, before which `connect(**options)` is defined.
    func run(_ script: String, port: UInt16, password: String) async throws -> Program.Outcome {
        try await Program.run(
            ["-c", Self.preamble + script, "\(port)"],
            environment: ["REPLICA_PASSWORD": password, "PYTHONIOENCODING": "utf-8"],
            program: path
        )
    }

    private static let preamble = """
        import os, sys, pymysql
        from pymysql.constants import CLIENT
        from pymysql.cursors import DictCursor, SSCursor, SSDictCursor

        def connect(**more):
            options = dict(host="127.0.0.1", port=int(sys.argv[1]), user="\(RecordingBench.username)",
                           password=os.environ["REPLICA_PASSWORD"], ssl_disabled=True)
            options.update(more)
            return pymysql.connect(**options)

        def attempt(cursor, sql):
            try:
                cursor.execute(sql)
            except pymysql.MySQLError as error:
                print("error", error.args[0])


        """
}

extension Trait where Self == ConditionTrait {
    /// For each suite that listens to PyMySQL.
    static var needsPyMySQL: Self { .enabled(if: PyMySQLProgram.isAvailable, PyMySQLProgram.whyNot) }
}
