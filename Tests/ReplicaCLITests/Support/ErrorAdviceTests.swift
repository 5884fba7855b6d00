import MySQLWire
import NIOCore
import Testing

@testable import replica_cli

@Suite struct ErrorAdviceTests {
    /// As the library has it: a server, reached over TLS without verification, that asks for the password itself.
    private func refusal() throws -> MySQLError {
        let context = AuthenticationContext(password: Secret("secret"), isSecureTransport: true, isEncrypted: true)
        var machine = AuthenticationMachine(context: context)
        _ = try machine.begin(plugin: "caching_sha2_password", nonce: [UInt8](1...20))
        return try #require(
            #expect(throws: MySQLError.self) { try machine.moreData(ByteBuffer(bytes: [4])) }
        )
    }

    @Test func `a server that has not proved who it is gets no password: exit 4, and the options that help, once`()
        throws
    {
        let error = try refusal()
        let configuration = MySQLConfiguration(endpoint: .tcp(host: "db1", port: 3306), username: "u")
        let sentence = ErrorAdvice.sentence(for: error, configuration: configuration)
        for option in ["--ssl-mode=VERIFY_CA", "--ssl-ca", "--ssl-fp", "--get-server-public-key"] {
            #expect(sentence.ranges(of: option).count == 1, "\(option) in: \(sentence)")
        }
        #expect(!sentence.contains("secret"))
        #expect(CLIStatus(error) == .authentication)
    }
}
