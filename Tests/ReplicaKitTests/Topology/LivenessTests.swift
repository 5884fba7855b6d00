import MySQLWire
import ReplicaKit
import Testing

@Suite struct LivenessTests {
    static func refusal(_ number: UInt16) -> MySQLError {
        MySQLError(
            .server,
            phase: .greeting,
            message: "",
            server: .init(number: number, sqlState: nil, message: "any text")
        )
    }

    @Test(
        "A server that refuses lives",
        arguments: [1040, 1042, 1043, 1044, 1045, 1053, 1129, 1130, 1203, 1226, 1251, 1275, 3032] as [UInt16]
    )
    func refusals(number: UInt16) {
        #expect(Liveness(of: Self.refusal(number)) == .alive)
    }

    @Test func silenceIsToldFromAnUnknownName() {
        #expect(Liveness(of: MySQLError(.unreachable, phase: .connecting, message: "")) == .silent)
        #expect(Liveness(of: MySQLError(.unreachable, phase: .resolving, message: "")) == .unknownName)
        #expect(Liveness(of: MySQLError(.timedOut, phase: .resolving, message: "")) == .unknownName)
        #expect(Liveness(of: MySQLError(.timedOut, phase: .connecting, message: "")) == .silent)
        #expect(Liveness(of: MySQLError(.timedOut, phase: .greeting, message: "")) == .silent)
        #expect(Liveness(of: MySQLError(.connectionClosed, phase: .greeting, message: "")) == .silent)
    }

    @Test func whoeverGreetedLives() {
        #expect(Liveness(of: MySQLError(.timedOut, phase: .authentication, message: "")) == .alive)
        #expect(Liveness(of: MySQLError(.tlsUnavailable, phase: .tls, message: "")) == .alive)
        #expect(Liveness(of: MySQLError(.compressionUnavailable, phase: .greeting, message: "")) == .alive)
        #expect(Liveness(of: MySQLError(.protocolViolation, phase: .greeting, message: "")) == .alive)
    }

    @Test func ourOwnFailureSaysNothing() {
        #expect(Liveness(of: MySQLError(.cancelled, phase: .connecting, message: "")) == .notAsked)
        #expect(Liveness(of: MySQLError(.invalidArgument, phase: .configuration, message: "")) == .notAsked)
    }
}
