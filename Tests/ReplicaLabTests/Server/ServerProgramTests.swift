import Testing

@testable import ReplicaLab

@Suite("The server program")
struct ServerProgramTests {
    @Test("is the one that the environment names, and no other")
    func locatesByEnvironment() {
        #expect(ServerProgram.locate(environment: ["REPLICA_MYSQLD": "/bin/sh", "PATH": "/nowhere"]) == "/bin/sh")
        #expect(ServerProgram.locate(environment: ["REPLICA_MYSQLD": "/no/such", "PATH": "/usr/sbin"]) == nil)
        #expect(ServerProgram.locate(environment: ["PATH": "/no/such:/nor/this"]) == nil)
    }

    @Test(
        "tells its version in one of three forms",
        arguments: [
            ("/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", "9.7.4-2"),
            ("mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux", "8.0.36-0ubuntu0.22.04.1"),
            ("mysqld  Ver", nil),
        ] as [(String, String?)]
    )
    func readsVersion(text: String, version: String?) {
        #expect(ServerProgram.version(in: text) == version)
    }

    @Test("that is missing gives an error that says what to do")
    func missing() async {
        let error = await #expect(throws: LabError.self) {
            _ = try await ServerProgram.find(environment: ["REPLICA_MYSQLD": "/no/such"])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("scripts/drill"))
        #expect("\(error.map { "\($0)" } ?? "")".contains("REPLICA_MYSQLD=/no/such"))
    }
}
