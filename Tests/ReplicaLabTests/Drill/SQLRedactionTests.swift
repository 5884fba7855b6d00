import Testing

@testable import ReplicaLab

@Suite("Shown SQL")
struct SQLRedactionTests {
    @Test(
        "holds no password, and is else as it was",
        arguments: [
            (
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'h', SOURCE_PASSWORD = 'it''s \\' x', SOURCE_PORT = 1",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'h', SOURCE_PASSWORD = '<redacted>', SOURCE_PORT = 1"
            ),
            (
                "START REPLICA USER='repl' PASSWORD='p'",
                "START REPLICA USER='repl' PASSWORD='<redacted>'"
            ),
            (
                "CREATE USER a@'%' IDENTIFIED WITH caching_sha2_password BY 'p' REQUIRE SSL",
                "CREATE USER a@'%' IDENTIFIED WITH caching_sha2_password BY '<redacted>' REQUIRE SSL"
            ),
            ("ALTER USER a IDENTIFIED BY \"p", "ALTER USER a IDENTIFIED BY '<redacted>'"),
            ("INSERT INTO `password` VALUES ('BY', 'x')", "INSERT INTO `password` VALUES ('BY', 'x')"),
            ("SELECT 'a' ORDER BY 'b'", "SELECT 'a' ORDER BY 'b'"),
        ]
    )
    func redacts(sql: String, shown: String) {
        #expect(SQLRedaction.redact(sql) == shown)
    }
}
