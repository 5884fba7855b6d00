import MySQLWire
import Testing

@testable import replica_cli

@Suite struct CLIStatusTests {
    @Test(arguments: [
        (MySQLError(.unreachable, phase: .connecting, message: ""), CLIStatus.unreachable),
        (MySQLError(.unreachable, phase: .resolving, message: ""), .unreachable),
        (MySQLError(.timedOut, phase: .greeting, message: ""), .unreachable),
        (MySQLError(.timedOut, phase: .command, message: ""), .failed),
        (MySQLError(.protocolViolation, phase: .greeting, message: ""), .unreachable),
        (MySQLError(.connectionClosed, phase: .authentication, message: ""), .unreachable),
        (MySQLError(.connectionClosed, phase: .rows, message: ""), .failed),
        (MySQLError(.tlsUnavailable, phase: .tls, message: ""), .unreachable),
        (MySQLError(.authenticationRefused, phase: .authentication, message: ""), .authentication),
        (MySQLError(.cancelled, phase: .command, message: ""), .interrupted),
        (MySQLError(.invalidArgument, phase: .configuration, message: ""), .usage),
        (MySQLError(.invalidArgument, phase: .authentication, message: ""), .usage),
        (server(1045, .authentication), .authentication), (server(3118, .authentication), .authentication),
        (server(1130, .greeting), .authentication), (server(1040, .greeting), .unreachable),
        (server(1045, .greeting, isVerified: false), .unreachable),
        (server(1130, .greeting, isVerified: false), .unreachable), (server(1129, .greeting), .unreachable),
        (server(1045, .command), .failed), (server(1064, .command), .failed),
    ])
    func `each error has its exit status`(error: MySQLError, status: CLIStatus) {
        #expect(CLIStatus(error) == status)
    }

    @Test func `the numbers are the documented ones`() {
        #expect(CLIStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 64, 130])
    }

    private static func server(
        _ number: UInt16,
        _ phase: MySQLError.Phase,
        isVerified: Bool = true
    ) -> MySQLError {
        MySQLError(
            .server,
            phase: phase,
            message: "",
            server: .init(number: number, sqlState: nil, message: "", isVerified: isVerified)
        )
    }
}
