internal import Glibc
import MySQLWire

/// Where the server is and as whom, by the variables that all programs of the comparison read: HOST, PORT, DBUSER,
/// DBPASS, TLS (1 for TLS without verification) and WIDE (the file of the wide statement).
struct BenchSettings {
    private let configuration: MySQLConfiguration
    private let wideFile: String

    init() {
        let password = Self.variable("DBPASS") ?? ""
        var configuration = MySQLConfiguration(
            endpoint: .tcp(
                host: Self.variable("HOST") ?? "127.0.0.1",
                port: Self.variable("PORT").flatMap { UInt16($0) } ?? 33309
            ),
            username: Self.variable("DBUSER") ?? "root",
            password: password.isEmpty ? nil : Secret(password),
            tls: TLSConfiguration(mode: Self.variable("TLS") == "1" ? .required : .disabled),
            getServerPublicKey: true
        )
        // One value of 64 MiB and what is around it.
        configuration.maximumPayload = 65 << 20
        self.configuration = configuration
        wideFile = Self.variable("WIDE") ?? "wide.sql"
    }

    func connect() async throws(MySQLError) -> MySQLConnection {
        try await MySQLConnection.connect(to: configuration)
    }

    /// The statement of row F.
    func wideStatement() -> String {
        guard let file = fopen(wideFile, "r") else { fail("no file \(wideFile); WIDE names it") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let length = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<length].filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
