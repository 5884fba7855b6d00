import MySQLWire
import NIOCore

/// Pieces of scripts: a login by mysql_native_password in plaintext, and results.
enum Script {
    typealias Step = ScriptedServer.Step

    static let capabilities = SampleSession.capabilities.union([.multiResults])
    static let ok = ByteBuffer(bytes: [0, 0, 0, 2, 0, 0, 0])
    /// Framed, with so many rows affected.
    static func ok(_ rows: UInt8) -> ByteBuffer { segment(1, ByteBuffer(bytes: [0, rows, 0, 2, 0, 0, 0])) }
    static let okWithMore = ByteBuffer(bytes: [0, 0, 0, 10, 0, 0, 0])
    static let end = ByteBuffer(bytes: [0xFE, 0, 0, 2, 0, 0, 0])
    static let endWithMore = ByteBuffer(bytes: [0xFE, 0, 0, 10, 0, 0, 0])
    static let pong = SampleSession.framed(1, ok)
    static let column = ColumnDefinition(name: "a").encode()

    static func greeting(ssl: Bool = false, plugin: String = "mysql_native_password") -> ByteBuffer {
        SampleSession.greeting(capabilities: ssl ? capabilities.union([.ssl]) : capabilities, plugin: plugin)
    }

    /// With the SET NAMES behind it.
    static let login: [Step] = [.packet(0, greeting()), .expect, .packet(2, ok), .expect, .packet(1, ok)]

    /// These payloads as one segment, numbered from `first` on.
    static func segment(_ first: UInt8, _ payloads: ByteBuffer...) -> ByteBuffer {
        segment(first, payloads)
    }

    static func segment(_ first: UInt8, _ payloads: [ByteBuffer]) -> ByteBuffer {
        var bytes = ByteBuffer()
        var sequence = first
        for payload in payloads { bytes.writeImmutableBuffer(PacketEncoder.frame(payload, sequence: &sequence)) }
        return bytes
    }

    static func row(_ texts: String?...) -> ByteBuffer { TextRow(texts).encode() }
    static func columnCount(_ count: UInt8) -> ByteBuffer { ByteBuffer(bytes: [count]) }
    static func error(_ number: UInt16) -> ByteBuffer {
        ERRPacket(number: number, sqlState: "HY000", message: "no").encode()
    }

    /// What a statement that was killed ends in.
    static let interrupted = error(1317)

    /// 256 rows, so that they can be repeated without end behind the packets 1 and 2.
    static let rows: ByteBuffer = segment(3, (0..<256).map { _ in row(String(repeating: "x", count: 500)) })
}

extension ScriptedServer {
    /// Without TLS, and impatient.
    func configuration(_ change: (inout MySQLConfiguration) -> Void = { _ in }) -> MySQLConfiguration {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "127.0.0.1", port: port),
            username: "someone",
            password: Secret("the_password"),
            tls: TLSConfiguration(mode: .disabled),
            connectTimeout: .seconds(20)
        )
        change(&configuration)
        return configuration
    }

    func connect(_ change: (inout MySQLConfiguration) -> Void = { _ in }) async throws(MySQLError) -> MySQLConnection {
        try await MySQLConnection.connect(to: configuration(change))
    }
}

/// The error of this library that `body` throws.
func mysqlError(_ body: () async throws -> Void) async -> MySQLError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? MySQLError
    }
}

/// A door that opens once.
struct Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}
