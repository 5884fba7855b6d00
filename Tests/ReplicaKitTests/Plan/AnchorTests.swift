import MySQLWire
import Testing

@testable import ReplicaKit

@Suite struct AnchorTests {
    @Test func aRowIsReadBackAsItWasWritten() throws {
        let columns = [
            "operation", "state", "epoch", "old_uuid", "old_host", "old_port", "old_file", "old_position", "new_uuid",
            "new_file", "new_position", "old_gtid_set", "new_gtid_set", "recorded_at",
        ]
        let result = MySQLResult(
            columns: columns,
            rows: [
                [
                    "op", "promoted", "1", "uuid-a", "a", "3301", "binlog.000001", "500", "uuid-b", "binlog.000001",
                    "900", nil, nil, "now",
                ],
                ["of", "another", "version", "", "", "", "", "", "", "", "", nil, nil, nil],
            ]
        )
        var expected = Situations.anchor(.promoted)
        expected.recordedAt = "now"
        #expect(AnchorTable.history(result).rows == [expected])
        #expect(
            AnchorTable.insert(Situations.anchor(.promoted)).contains(
                "('op', 'promoted', 1, 'uuid-a', 'a', 3301, 'binlog.000001', 500, 'uuid-b', 'binlog.000001', 900, NULL, NULL, UTC_TIMESTAMP(6))"
            )
        )
    }

    @Test func theLatestEpochCountsAndNotTheOrderOfRows() {
        let history = AnchorHistory([
            Situations.anchor(.promoting, operation: "second", epoch: 2),
            Situations.anchor(.promoting, operation: "first", epoch: 1),
            Situations.anchor(.promoted, operation: "first", epoch: 1),
        ])
        #expect(history.unfinished(newUUID: "uuid-b")?.operation == "second")
        #expect(history.parting(oldUUID: "uuid-a", newUUID: "uuid-b")?.operation == "second")
        #expect(history.finished(newUUID: "uuid-b")?.operation == "first")
        #expect(history.nextEpoch == 3)
        #expect(history.parting(oldUUID: "uuid-b", newUUID: "uuid-a") == nil)
        #expect(AnchorHistory([Situations.anchor(.used, epoch: .max)]).nextEpoch == .max)
    }
}
