import Testing

@testable import ReplicaKit

@Suite struct ReceiverTestimonyTests {
    static func testimony(_ receiver: ThreadState?, _ number: Int? = nil) -> ReceiverTestimony {
        ReceiverTestimony(
            Situations.channel {
                $0.receiver = receiver
                $0.receiverError = number.map { ReplicationError(number: $0, message: "") }
            }
        )
    }

    @Test(arguments: [2002, 2003, 2005, 2006, 2013, 2055, 1159, 1161])
    func aConnectionThatIsNotMadeOrBreaksIsALoss(number: Int) {
        #expect(Self.testimony(.connecting, number) == .lost(ReplicationError(number: number, message: "")))
        #expect(Self.testimony(.no, number) == .lost(ReplicationError(number: number, message: "")))
    }

    @Test(
        "What only a living server says, or the replica stumbles on by itself, is no loss",
        arguments: [
            1040, 1042, 1043, 1044, 1045, 1053, 1129, 1130, 1203, 1226, 1236, 1251, 1275, 1593, 2026, 2059, 2061, 3159,
            13114, 13117, 13120, 13122,
        ]
    )
    func noLoss(number: Int) {
        #expect(Self.testimony(.connecting, number) == .notLost(ReplicationError(number: number, message: "")))
        #expect(Self.testimony(.no, number) == .notLost(ReplicationError(number: number, message: "")))
    }

    @Test func aReceiverThatIsStoppedOrStillTryingHasSaidNothing() {
        #expect(Self.testimony(.no) == .none)
        #expect(Self.testimony(.connecting) == .none)
        #expect(Self.testimony(nil) == .none)
        #expect(Self.testimony(.yes) == .replicates)
    }
}
