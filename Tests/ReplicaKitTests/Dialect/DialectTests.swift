import MySQLWire
import ReplicaKit
import Testing

@Suite struct DialectTests {
    static let mysql57 = Dialect(ServerVersion(.mySQL, 5, 7, 44))
    static let mysql8022 = Dialect(ServerVersion(.mySQL, 8, 0, 22))
    static let mysql8036 = Dialect(ServerVersion(.mySQL, 8, 0, 36))
    static let mysql84 = Dialect(ServerVersion(.mySQL, 8, 4, 0))
    static let mysql97 = Dialect(ServerVersion(.mySQL, 9, 7, 4))
    static let maria1011 = Dialect(ServerVersion(.mariaDB, 10, 11, 6))
    static let maria104 = Dialect(ServerVersion(.mariaDB, 10, 4, 0))

    @Test(
        "Each version is asked in the words it knows",
        arguments: [
            (mysql57, "SHOW SLAVE STATUS", "SHOW MASTER STATUS", "SHOW SLAVE HOSTS"),
            (mysql8022, "SHOW REPLICA STATUS", "SHOW MASTER STATUS", "SHOW REPLICAS"),
            (mysql8036, "SHOW REPLICA STATUS", "SHOW MASTER STATUS", "SHOW REPLICAS"),
            (mysql84, "SHOW REPLICA STATUS", "SHOW BINARY LOG STATUS", "SHOW REPLICAS"),
            (mysql97, "SHOW REPLICA STATUS", "SHOW BINARY LOG STATUS", "SHOW REPLICAS"),
            (maria1011, "SHOW REPLICA STATUS", "SHOW BINLOG STATUS", "SHOW REPLICA HOSTS"),
            (maria104, "SHOW ALL SLAVES STATUS", "SHOW MASTER STATUS", "SHOW SLAVE HOSTS"),
        ]
    )
    func statusStatements(dialect: Dialect, replica: String, source: String, replicas: String) {
        #expect(dialect.showReplicaStatus == replica)
        #expect(dialect.showBinaryLogStatus == source)
        #expect(dialect.showReplicas == replicas)
    }

    @Test(
        "Threads are started, stopped and forgotten in each version's words",
        arguments: [
            (mysql57, "STOP SLAVE IO_THREAD", "START SLAVE", "RESET SLAVE ALL"),
            (mysql97, "STOP REPLICA IO_THREAD", "START REPLICA", "RESET REPLICA ALL"),
            (maria1011, "STOP REPLICA IO_THREAD", "START REPLICA", "RESET REPLICA ALL"),
        ]
    )
    func threads(dialect: Dialect, stop: String, start: String, reset: String) {
        #expect(dialect.stopReplica(.receiver) == stop)
        #expect(dialect.startReplica() == start)
        #expect(dialect.resetReplicaAll() == reset)
    }

    @Test func channelIsNamedOnlyWhereThereIsOne() {
        #expect(Self.mysql97.startReplica(.applier, channel: "it's") == "START REPLICA SQL_THREAD FOR CHANNEL 'it''s'")
        #expect(Self.mysql97.resetReplicaAll(channel: "") == "RESET REPLICA ALL")
    }

    @Test func waitFunctionFollowsTheVersion() {
        let place = BinaryLogCoordinates(file: "binlog.000002", position: 1234)
        #expect(Self.mysql97.waitForPosition(place, seconds: 1) == "SELECT SOURCE_POS_WAIT('binlog.000002', 1234, 1)")
        #expect(Self.mysql8022.waitForPosition(place, seconds: 1) == "SELECT MASTER_POS_WAIT('binlog.000002', 1234, 1)")
        #expect(Self.maria1011.waitForPosition(place, seconds: 1) == "SELECT MASTER_POS_WAIT('binlog.000002', 1234, 1)")
    }

    @Test func variablesHaveTheirOldNamesOnOldServers() {
        #expect(Self.mysql97.variable("log_replica_updates") == "log_replica_updates")
        #expect(Self.mysql57.variable("log_replica_updates") == "log_slave_updates")
        #expect(Self.maria1011.variable("replica_net_timeout") == "slave_net_timeout")
    }

    @Test func fenceIsTheStrongestThatTheServerHas() {
        #expect(Self.mysql97.fence == "SET GLOBAL super_read_only = ON")
        #expect(Self.mysql97.fencePersistently == "SET PERSIST super_read_only = ON")
        #expect(Self.mysql57.fencePersistently == "SET GLOBAL super_read_only = ON")
        #expect(Self.mysql57.fenceAfterRestart == nil)
        #expect(Self.maria1011.fence == "SET GLOBAL read_only = ON")
    }

    static func settings(password: String?) -> SourceSettings {
        SourceSettings(
            address: HostAndPort(host: "mysql-replica", port: 3306),
            credentials: ReplicationCredentials(username: "repl", password: password.map { Secret($0) }),
            start: BinaryLogCoordinates(file: "binlog.000001", position: 452)
        )
    }

    @Test func sourceIsSetByFileAndPosition() {
        #expect(
            Self.mysql97.changeSource(Self.settings(password: nil)).redacted
                == """
                CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'mysql-replica', SOURCE_PORT = 3306, SOURCE_USER = 'repl', \
                SOURCE_PASSWORD = '', SOURCE_LOG_FILE = 'binlog.000001', SOURCE_LOG_POS = 452, SOURCE_AUTO_POSITION = 0, \
                SOURCE_SSL = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 10, SOURCE_RETRY_COUNT = 86400
                """
        )
        #expect(
            Self.mysql57.changeSource(Self.settings(password: nil)).redacted.hasPrefix("CHANGE MASTER TO MASTER_HOST")
        )
        #expect(!Self.mysql57.changeSource(Self.settings(password: nil)).redacted.contains("PUBLIC_KEY"))
        #expect(
            Self.mysql8022.changeSource(Self.settings(password: nil)).redacted.contains("GET_MASTER_PUBLIC_KEY = 1")
        )
        #expect(Self.maria1011.changeSource(Self.settings(password: nil)).redacted.contains("MASTER_USE_GTID = no"))
    }

    @Test func passwordIsSentAndNeverShown() {
        let statement = Self.mysql97.changeSource(Self.settings(password: "s3cr'et"))
        #expect(statement.text.contains("SOURCE_PASSWORD = 's3cr''et'"))
        #expect(statement.redacted.contains("SOURCE_PASSWORD = <redacted>"))
        #expect(!"\(statement)".contains("s3cr"))
        #expect(!String(describing: Self.settings(password: "s3cr'et")).contains("s3cr"))
    }

    @Test func unknownPositionIsShownAsSuch() {
        var settings = Self.settings(password: nil)
        settings.start = nil
        settings.credentials = nil
        #expect(
            Self.mysql97.changeSource(settings).redacted.contains(
                "SOURCE_LOG_FILE = <file>, SOURCE_LOG_POS = <position>"
            )
        )
    }
}
