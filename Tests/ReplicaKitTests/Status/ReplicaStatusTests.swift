import MySQLWire
import ReplicaKit
import Testing

@Suite struct ReplicaStatusTests {
    /// Seen on 9.7.4 two seconds after the source was killed.
    static let connecting = MySQLResult(
        columns: [
            "Replica_IO_State", "Source_Host", "Source_User", "Source_Port", "Connect_Retry", "Source_Log_File",
            "Read_Source_Log_Pos", "Relay_Log_File", "Relay_Log_Pos", "Relay_Source_Log_File", "Replica_IO_Running",
            "Replica_SQL_Running", "Replicate_Do_DB", "Last_Errno", "Exec_Source_Log_Pos", "Seconds_Behind_Source",
            "Last_IO_Errno", "Last_IO_Error", "Last_SQL_Errno", "Last_SQL_Error", "Source_Server_Id", "Source_UUID",
            "SQL_Remaining_Delay", "Source_Retry_Count", "Last_IO_Error_Timestamp", "Channel_Name",
            "Source_SSL_Allowed", "Get_Source_public_key", "Auto_Position", "A_Column_Of_The_Future",
        ],
        rows: [
            [
                "Reconnecting after a failed source event read", "127.0.0.1", "repl", "22001", "1", "binlog.000001",
                "1926",
                "vm-relay-bin.000002", "611", "binlog.000001", "Connecting", "Yes", "", "0", "1926", nil, "2003",
                "Can't connect", "0", "", "1", "9d501af3-e6fc-11f1-b71e-02fc00000001", nil, "86400", "261123 05:14:15",
                "", "Yes", "1", "0", "kept",
            ]
        ]
    )

    @Test func everythingKnownIsReadByName() throws {
        let status = try #require(ReplicaStatus.all(Self.connecting).first)
        #expect(status.sourceAddress == HostAndPort(host: "127.0.0.1", port: 22001))
        #expect(status.sourceUUID == "9d501af3-e6fc-11f1-b71e-02fc00000001")
        #expect(status.receiver == .connecting)
        #expect(status.applier == .yes)
        #expect(status.read == BinaryLogCoordinates(file: "binlog.000001", position: 1926))
        #expect(status.hasAppliedAllReceived == true)
        #expect(status.receiverError?.number == 2003)
        #expect(status.receiverError?.timestamp == "261123 05:14:15")
        #expect(status.applierError == nil)
        #expect(status.usesTLS)
        #expect(status.getsSourcePublicKey == true)
        #expect(status.autoPosition == false)
        #expect(!status.isRunning)
    }

    @Test func unknownLagIsNilAndNotZero() throws {
        let status = try #require(ReplicaStatus.all(Self.connecting).first)
        #expect(status.secondsBehindSource == nil)
    }

    /// Seen on 9.7.4 for up to 300 ms after the source has gone.
    @Test(arguments: ["Connecting", "No"]) func aNumberWithoutReceiverIsNoLag(receiver: String) throws {
        let result = MySQLResult(
            columns: ["Replica_IO_Running", "Replica_SQL_Running", "Seconds_Behind_Source"],
            rows: [[receiver, "Yes", "0"]]
        )
        #expect(try #require(ReplicaStatus.all(result).first).secondsBehindSource == nil)
    }

    @Test func columnsThatNobodyKnowsAreKept() throws {
        let status = try #require(ReplicaStatus.all(Self.connecting).first)
        #expect(status.otherColumns["A_Column_Of_The_Future"] == "kept")
        #expect(status.otherColumns["SQL_Remaining_Delay"] == .some(nil))
        #expect(status.otherColumns["Source_Host"] == nil)
    }

    @Test(arguments: [("Preparing", ThreadState.preparing, nil), ("Yes", .yes, 7)] as [(String, ThreadState, UInt64?)])
    func oldVocabularyIsRead(receiver: String, state: ThreadState, lag: UInt64?) throws {
        let result = MySQLResult(
            columns: [
                "Master_Host", "Master_Port", "Slave_IO_Running", "Slave_SQL_Running", "Master_Log_File",
                "Read_Master_Log_Pos", "Relay_Master_Log_File", "Exec_Master_Log_Pos", "Seconds_Behind_Master",
                "Last_SQL_Errno", "Last_SQL_Error",
            ],
            rows: [
                [
                    "db1", "3306", receiver, "No", "mysql-bin.000009", "4", "mysql-bin.000008", "99", "7", "1062",
                    "dup",
                ]
            ]
        )
        let status = try #require(ReplicaStatus.all(result).first)
        #expect(status.receiver == state)
        #expect(status.applier == .no)
        #expect(status.hasAppliedAllReceived == false)
        #expect(status.secondsBehindSource == lag)
        #expect(status.applierError == ReplicationError(number: 1062, message: "dup"))
    }

    @Test func missingColumnsAreNil() throws {
        let status = try #require(ReplicaStatus.all(MySQLResult(columns: ["Source_Port"], rows: [["99999"]])).first)
        #expect(status.sourcePort == nil)
        #expect(status.receiver == nil)
        #expect(status.hasAppliedAllReceived == nil)
        #expect(status.getsSourcePublicKey == nil)
        #expect(ReplicaStatus.all(MySQLResult(columns: [], rows: [])).isEmpty)
    }

    @Test func sourceStatusIsReadWithoutTheColumnsOfOtherVersions() throws {
        let result = MySQLResult(
            columns: ["File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB", "Executed_Gtid_Set"],
            rows: [["binlog.000001", "1640", "", "audit", "a:1-5,\nb:1"]]
        )
        let status = try #require(SourceStatus(result))
        #expect(status.coordinates == BinaryLogCoordinates(file: "binlog.000001", position: 1640))
        #expect(status.filteredDatabases == ["audit"])
        #expect(status.executedGTIDSet == "a:1-5,b:1")
        #expect(SourceStatus(MySQLResult(columns: ["File", "Position"], rows: [])) == nil)
        #expect(SourceStatus(MySQLResult(columns: ["File", "Position"], rows: [["f.1", "x"]])) == nil)
    }
}
