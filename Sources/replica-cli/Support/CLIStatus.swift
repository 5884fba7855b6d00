import ArgumentParser
import Glibc
import MySQLWire

/// What a script learns from this program: one number for each kind of outcome. A stable contract.
enum CLIStatus: Int32, Sendable, CaseIterable {
    case done = 0
    /// It did not work; what had been changed was rolled back.
    case failed = 1
    /// A person said no, or nobody could be asked.
    case declined = 2
    /// The answer is bad news: unhealthy, different, lost.
    case unhealthy = 3
    case authentication = 4
    case unreachable = 5
    /// A check before the first change said no. Nothing was changed.
    case refused = 6
    /// Carried out in part; `resume` goes on.
    case incomplete = 7
    /// EX_USAGE of sysexits.h.
    case usage = 64
    /// 128 + SIGINT, as shells count.
    case interrupted = 130

    var exitCode: ExitCode { ExitCode(rawValue) }
}

extension CLIStatus {
    init(_ error: MySQLError) {
        switch error.code {
        case .cancelled: self = .interrupted
        case .invalidArgument where error.isBeforeLogin: self = .usage
        case .authenticationRefused: self = .authentication
        default: self = error.isBeforeLogin ? Self.whileConnecting(error) : .failed
        }
    }

    private static func whileConnecting(_ error: MySQLError) -> CLIStatus {
        // What came before TLS anybody can have written: it says nothing of the account.
        guard let server = error.server, server.isVerified else { return .unreachable }
        return loginRefusals.contains(server.number) ? .authentication : .unreachable
    }

    /// Errors by which a server turns a login down because of who asks (manual: Server Error Message Reference).
    /// The others of the login, 1040 Too many connections for one, say that this server cannot be had at the moment.
    private static let loginRefusals: Set<UInt16> = [
        1044, 1045,  // access denied: to the database, to the account
        1130,  // this host may not connect
        1251, 1275,  // the account needs another authentication protocol
        1524,  // the account's plugin is not loaded
        1698,  // access denied, without a password having been asked for
        1820, 1862,  // the password has expired
        1873,  // access denied when changing the user
        3118,  // the account is locked
        3159,  // the account requires a secure transport
        3955,  // the account is locked for a time, after too many failed logins
    ]
}

extension MySQLError {
    /// Whether the session was not yet there when it happened.
    var isBeforeLogin: Bool {
        switch phase {
        case .configuration, .resolving, .connecting, .greeting, .tls, .authentication: true
        case .command, .rows, .idle, .pool: false
        }
    }
}

extension CLIStatus {
    func exit() -> Never { Glibc.exit(rawValue) }
}
