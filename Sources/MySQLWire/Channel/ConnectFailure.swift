internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Turns what the sockets layer throws into one line that a person can act on.
enum ConnectFailure {
    static func describe(_ error: any Error, endpoint: MySQLConfiguration.Endpoint) -> MySQLError {
        switch error {
        case let error as MySQLError:
            return error
        case let error as NIOConnectionError:
            guard let single = error.connectionErrors.first else {
                return MySQLError(
                    .unreachable,
                    phase: .resolving,
                    message: "the name \(error.host) could not be resolved"
                )
            }
            return MySQLError(.unreachable, phase: .connecting, message: "\(endpoint): \(text(of: single.error))")
        default:
            return MySQLError(.unreachable, phase: .connecting, message: "\(endpoint): \(text(of: error))")
        }
    }

    static func text(of error: any Error) -> String {
        switch error {
        case let error as IOError: systemText(error.errnoCode)
        case ChannelError.connectTimeout: "no answer within the deadline"
        default: String(describing: error)
        }
    }

    private static func systemText(_ code: CInt) -> String {
        guard let message = strerror(code) else { return "errno \(code)" }
        return "\(String(cString: message)) (errno \(code))"
    }
}
