import MySQLWire
import ReplicaKit
import TestSupport
import Testing

/// What a real server said in each state, from the bytes to the typed value.
@Suite struct RecordedStatusTests {
    private func result(_ name: String, _ index: Int = 0) throws -> MySQLResult {
        let results = try WireFixture.named("mysql-9.7.4/\(name)").results()
        try #require(results.indices.contains(index), "the recording has \(results.count) results")
        return results[index]
    }

    private func status(_ name: String) throws -> ReplicaStatus {
        let all = ReplicaStatus.all(try result(name))
        try #require(all.count == 1)
        return all[0]
    }

    @Test func `a replica that runs`() throws {
        let status = try status("replica-running")
        #expect(status.isRunning)
        #expect(status.receiver == .yes && status.applier == .yes)
        #expect(status.secondsBehindSource == 0)
        #expect(status.receiverError == nil && status.applierError == nil)
        #expect(status.hasAppliedAllReceived == true)
        #expect(status.read?.file == "binlog.000001" && status.relayLog?.file.hasPrefix("relay-bin.") == true)
        #expect(status.retryCount == 86400 && status.connectRetry == 1)
        #expect(status.usesTLS && status.autoPosition == false)
    }

    /// The server itself still shows 0 seconds there.
    @Test func `a replica whose source is dead does not know its lag`() throws {
        #expect(try result("replica-connecting").firstRow?.string("Seconds_Behind_Source") == "0")
        let status = try status("replica-connecting")
        #expect(status.receiver == .connecting && status.applier == .yes)
        #expect(status.secondsBehindSource == nil)
        #expect(status.receiverError?.number == 2003)
        #expect(status.receiverError?.timestamp != nil)
        #expect(status.applierError == nil)
        #expect(status.hasAppliedAllReceived == false)
        #expect(!status.isRunning)
    }

    @Test func `a replica that was stopped`() throws {
        let status = try status("replica-stopped")
        #expect(status.receiver == .no && status.applier == .no)
        #expect(status.secondsBehindSource == nil)
        #expect(status.receiverError == nil && status.applierError == nil)
        #expect(status.hasAppliedAllReceived == true)
        #expect(!status.isRunning)
    }

    @Test func `a replica whose applier an error has stopped`() throws {
        let status = try status("replica-error")
        #expect(status.receiver == .yes && status.applier == .no)
        #expect(status.secondsBehindSource == nil)
        #expect(status.applierError?.number == 1007)
        #expect(status.applierError?.message.contains("end_log_pos") == true)
        #expect(status.receiverError == nil)
        #expect(status.hasAppliedAllReceived == false)
        #expect(!status.isRunning)
    }

    @Test func `a server that is no replica has no channel`() throws {
        let result = try result("replica-none")
        #expect(result.columns.names.contains("Replica_IO_Running"))
        #expect(ReplicaStatus.all(result).isEmpty)
    }

    @Test(arguments: ["running", "connecting", "stopped", "error"])
    func `all states name their source, and no column is lost`(state: String) throws {
        let result = try result("replica-\(state)")
        let status = try status("replica-\(state)")
        #expect(status.sourceAddress?.host == "127.0.0.1")
        #expect(status.sourceUUID?.count == 36)
        #expect(status.sourceServerID == 1 && status.sourceUser == "repl")
        #expect(status.channel.isEmpty)
        #expect(result.columns.count == 60)
        // 32 of them are read into properties of their own.
        #expect(status.otherColumns.count == result.columns.count - 32)
        #expect(status.otherColumns["SQL_Remaining_Delay"] == .some(nil))
    }

    @Test func `a source tells the end of its binary log`() throws {
        let result = try result("source-status")
        let status = try #require(SourceStatus(result))
        #expect(status.coordinates.file == "binlog.000001")
        #expect(status.coordinates.position > 0)
        #expect("\(status.coordinates.position)" == result.firstRow?.string("Position"))
        #expect(status.executedGTIDSet == "")
    }
}
