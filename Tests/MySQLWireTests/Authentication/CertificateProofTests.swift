import NIOCore
import TestSupport
import Testing

@testable import MySQLWire

/// MariaDB's word for its certificate at the end of a login (reference, section 4, "MITM with TLS but unverified"),
/// without a socket.
@Suite struct CertificateProofTests {
    /// A login on MariaDB 11.8.9 by mysql_native_password, password "secret".
    private static let nonce = Array("_q<v^UmDN9sW;aVm?5(g".utf8)
    private static let certificate = "cfa41884296e7ed16df40e62d2e352085bff505550efed9e71061a2e0b1e4267"
    private static let proof = "\u{1}C0940B4CB9EC226CDE244258F767E14DFF4D3CF57E95D8BBA2EAAE098877A340"
    /// What is signed in place of ``nonce``.
    private static let longNonce = [UInt8](50..<82)
    private static let salt = [UInt8](200..<218)

    private static func ok(_ info: String) -> ByteBuffer {
        OKPacket(completion: MySQLCompletion(status: .autocommit, info: info)).encode(capabilities: capabilities)
    }

    private static let capabilities = SampleSession.capabilities.union([.sessionTrack])

    private static func text(of digest: [UInt8], nonce: [UInt8] = nonce) throws -> String {
        let certificate = try CertificateFingerprint(certificate)
        return "\u{1}"
            + (try Digest.sha256(digest + nonce + certificate.bytes)).map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
            }.joined()
    }

    /// A login up to the OK.
    ///
    /// - Parameter packets: of the server, between the greeting and the OK.
    private func machine(
        certificate: String? = certificate,
        packets: [ByteBuffer] = [],
        greeting plugin: String = "mysql_native_password",
        _ change: (inout MySQLConfiguration) -> Void = { _ in }
    ) throws -> HandshakeMachine {
        var configuration = MySQLConfiguration(
            endpoint: .tcp(host: "db", port: 3306),
            username: "u",
            password: Secret("secret"),
            tls: TLSConfiguration(mode: .required)
        )
        change(&configuration)
        var machine = HandshakeMachine(
            options: .init(configuration: configuration, isLocalTransport: false, attributes: [])
        )
        let greeting = HandshakeV10(
            serverVersion: "11.8.9-MariaDB",
            connectionID: 1,
            nonce: Self.nonce,
            capabilities: Self.capabilities.union([.ssl]).subtracting(.longPassword),
            authenticationPlugin: plugin
        )
        guard case .startTLS = machine.received(greeting.encode()),
            case .send = machine.tlsEstablished(certificate: try certificate.map { try CertificateFingerprint($0) })
        else { throw ConnectionMachineTests.TraceError() }
        for packet in packets {
            switch machine.received(packet) {
            case .send, .wait: break
            default: throw ConnectionMachineTests.TraceError()
            }
        }
        return machine
    }

    private func isVerified(_ machine: HandshakeMachine, by info: String) throws -> Bool {
        var machine = machine
        guard case .established = machine.received(Self.ok(info)) else { throw ConnectionMachineTests.TraceError() }
        return machine.isServerVerified
    }

    private func expectRefusal(_ machine: HandshakeMachine, by info: String) {
        var machine = machine
        guard case .fail(let error) = machine.received(Self.ok(info)) else {
            Issue.record("\(info) passed")
            return
        }
        #expect(error.code == .tlsFailed)
        #expect(error.phase == .authentication)
        #expect(error.message.contains("not the server's own"))
        #expect(error.message.contains("--ssl-fp") && error.message.contains("--ssl-mode=VERIFY_CA"))
        #expect(!machine.isServerVerified)
    }

    @Test(arguments: [TLSConfiguration.Mode.preferred, .required])
    func `a real server's proof verifies its certificate`(mode: TLSConfiguration.Mode) throws {
        #expect(try isVerified(try machine { $0.tls.mode = mode }, by: Self.proof))
    }

    @Test func `the proof of another certificate ends the login`() throws {
        let other = String(repeating: "ab", count: 32)
        expectRefusal(try machine(certificate: other), by: Self.proof)
        expectRefusal(try machine(certificate: other) { $0.tls.mode = .preferred }, by: Self.proof)
    }

    @Test func `a proof by another password, or of another form, ends the login`() throws {
        let twice = try Digest.sha1(Digest.sha1(Array("guess".utf8)))
        let hex = String(Self.proof.dropFirst())
        for wrong in [
            try Self.text(of: twice), try Self.text(of: Digest.sha1(Array("secret".utf8))), "\u{1}",
            "\u{1}" + String(hex.dropLast()), "\u{1}" + hex + "0", "\u{1}" + String(repeating: "0", count: 64),
        ] {
            expectRefusal(try machine(), by: wrong)
        }
    }

    @Test func `without a proof the server stays unverified`() throws {
        for text in ["", "Welcome", "C0940B4CB9EC226CDE244258F767E14DFF4D3CF57E95D8BBA2EAAE098877A340"] {
            #expect(try !isVerified(try machine(), by: text))
        }
    }

    @Test func `a plugin without a digest, and an empty password, prove nothing`() throws {
        let fast = try machine(packets: [ByteBuffer(bytes: [1, 3])], greeting: "caching_sha2_password")
        #expect(try !isVerified(fast, by: Self.proof))
        for password in [nil, Secret("")] {
            #expect(try !isVerified(try machine { $0.password = password }, by: try Self.text(of: [])))
            let nothing = try Digest.sha1(Digest.sha1([]))
            #expect(try !isVerified(try machine { $0.password = password }, by: try Self.text(of: nothing)))
        }
    }

    @Test func `who is verified already is not asked, nor is plaintext`() throws {
        let pin = try CertificateFingerprint(Self.certificate)
        let other = String(repeating: "ab", count: 32)
        for change in [
            { $0.tls.mode = .verifyCA }, { $0.tls.mode = .verifyIdentity }, { $0.tls.fingerprints = [pin] },
        ] as [(inout MySQLConfiguration) -> Void] {
            #expect(try isVerified(try machine(certificate: other, change), by: Self.proof))
            #expect(try isVerified(try machine(change), by: ""))
        }
        #expect(try !isVerified(try machine(certificate: nil), by: Self.proof))
    }

    @Test func `after a switch to mysql_native_password its nonce is the new one`() throws {
        let nonce = [UInt8](1...20)
        let change = AuthSwitchRequest(plugin: "mysql_native_password", data: ByteBuffer(bytes: nonce + [0]))
        let twice = try Digest.sha1(Digest.sha1(Array("secret".utf8)))
        let login = try machine(packets: [change.encode()])
        #expect(try isVerified(login, by: try Self.text(of: twice, nonce: nonce)))
        expectRefusal(login, by: Self.proof)
    }

    @Test func `client_ed25519 and parsec prove by their public key, and with the greeting's nonce`() throws {
        let key = try Ed25519Tests.publicKey(of: Array("secret".utf8))
        let change = AuthSwitchRequest(plugin: "client_ed25519", data: ByteBuffer(bytes: Self.longNonce))
        let ed25519 = try machine(packets: [change.encode()])
        #expect(try isVerified(ed25519, by: try Self.text(of: key)))
        expectRefusal(ed25519, by: try Self.text(of: key.reversed()))

        let header: [UInt8] = [0x50, 2]
        let derived = MariaDBPluginTests.parsecKey("secret", salt: Self.salt, rounds: 4096)
        let parsec = try machine(packets: [
            AuthSwitchRequest(plugin: "parsec", data: ByteBuffer(bytes: Self.longNonce)).encode(),
            ByteBuffer(bytes: header + Self.salt),
        ])
        #expect(try isVerified(parsec, by: try Self.text(of: header + Self.salt + derived)))
        expectRefusal(parsec, by: try Self.text(of: derived))
        // An OK before the salt.
        let early = try machine(packets: [
            AuthSwitchRequest(plugin: "parsec", data: ByteBuffer(bytes: Self.longNonce)).encode()
        ])
        #expect(try !isVerified(early, by: try Self.text(of: derived)))
    }

    @Test func `who is verified by a proof is told no password that he was not told before`() throws {
        var machine = try machine { $0.allowedPlugins.insert(.clearPassword) }
        guard case .established = machine.received(Self.ok(Self.proof)) else {
            throw ConnectionMachineTests.TraceError()
        }
        #expect(machine.isServerVerified)
        for plugin in ["mysql_clear_password", "sha256_password"] {
            var machine = machine
            _ = try machine.changeUser(.init(username: "other", password: Secret("the_token"), database: nil))
            let change = AuthSwitchRequest(plugin: plugin, data: ByteBuffer(bytes: [UInt8](1...20) + [0]))
            guard case .fail(let error) = machine.received(change.encode()) else {
                Issue.record("\(plugin) got an answer")
                continue
            }
            #expect(error.code == .authenticationRefused)
        }
    }

    // MARK: behind TLS

    @Test func `the certificate is the one that TLS showed`() throws {
        let certificate = try TestCertificate("db")
        let twice = try Digest.sha1(Digest.sha1(Array("secret".utf8)))
        for (shown, isTold, isVerified) in [
            (certificate, true, true), (try TestCertificate("db"), true, nil), (certificate, false, false),
        ] as [(TestCertificate, Bool, Bool?)] {
            let configuration = MySQLConfiguration(
                endpoint: .tcp(host: "db", port: 3306),
                username: "u",
                password: Secret("secret"),
                tls: TLSConfiguration(mode: .required)
            )
            let session = try RogueTLSSession(configuration, certificate: shown)
            try session.begin(plugin: "mysql_native_password")
            let due = try Digest.sha256(twice + [UInt8](1...20) + certificate.fingerprint.bytes)
            let digits = due.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
            let ok = OKPacket(completion: MySQLCompletion(info: isTold ? "\u{1}" + digits : ""))
            try session.send(3, ok.encode(capabilities: SampleSession.capabilities))
            #expect(session.error?.code == (isVerified == nil ? .tlsFailed : nil))
            #expect(session.isServerVerified == (isVerified ?? false))
        }
    }
}
