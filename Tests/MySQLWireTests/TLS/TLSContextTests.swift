import Foundation
import TestSupport
import Testing

@testable import MySQLWire

@Suite struct TLSContextTests {
    private let folder: TestFolder
    private let certificate: TestCertificate

    init() throws {
        folder = try TestFolder()
        certificate = try TestCertificate("any")
    }

    private func failure(
        ca: String? = nil,
        certificate: String? = nil,
        key: String? = nil
    ) -> String {
        let error = #expect(throws: MySQLError.self) {
            try TLSContext(
                TLSConfiguration(mode: .required, caFile: ca, certificateFile: certificate, keyFile: key)
            )
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.phase == .configuration)
        return error?.message ?? ""
    }

    @Test func `a file that is not there is named, with the system's reason`() {
        #expect(
            failure(ca: "/nowhere/ca.pem") == "the CA file /nowhere/ca.pem cannot be read: No such file or directory"
        )
        #expect(failure(certificate: "/nowhere/c.pem", key: "/x").contains("client certificate file /nowhere/c.pem"))
    }

    @Test func `a folder is no file`() {
        #expect(failure(ca: folder.path).contains("is a directory"))
    }

    @Test func `files that hold something else are named`() throws {
        let garbage = try folder.write("garbage", "garbage.pem")
        let empty = try folder.write("", "empty.pem")
        let public_ = try folder.write(certificate.key.publicPEM, "public.pem")
        for file in [garbage, empty, public_] {
            #expect(failure(ca: file).contains("the CA file \(file) holds no usable PEM certificate"))
            #expect(failure(certificate: file).contains("the client certificate file \(file)"))
        }
        let cert = try folder.write(certificate.certificatePEM, "cert.pem")
        #expect(failure(certificate: cert, key: garbage).contains("the client key file \(garbage)"))
        #expect(failure(certificate: cert).contains("the client key file \(cert)"))
    }

    @Test func `a key of another certificate is refused`() throws {
        let cert = try folder.write(certificate.certificatePEM, "cert.pem")
        let key = try folder.write(TestKey().privatePEM, "key.pem")
        #expect(failure(certificate: cert, key: key).contains("key"))
    }

    @Test func `a key of another type than the certificate's is refused, which OpenSSL itself would take`() throws {
        let rsa = try TestKey.rsa2048.get()
        let ecFile = try folder.write(certificate.certificatePEM, "ec.pem")
        let rsaFile = try folder.write(TestCertificate("rsa", key: rsa).certificatePEM, "rsa.pem")
        let rsaKey = try folder.write(rsa.privatePEM, "rsa-key.pem")
        let ecKey = try folder.write(TestKey().privatePEM, "ec-key.pem")
        for (cert, key) in [(ecFile, rsaKey), (rsaFile, ecKey)] {
            #expect(failure(certificate: cert, key: key).contains("does not belong to the certificate in \(cert)"))
        }
    }

    @Test func `a key under a passphrase is refused without asking for it`() throws {
        let cert = try folder.write(certificate.certificatePEM, "cert.pem")
        let pem = certificate.key.encryptedPEM
        #expect(pem.contains("ENCRYPTED"))
        #expect(failure(certificate: cert, key: try folder.write(pem, "key.pem")).contains("passphrase"))
    }

    @Test func `equal configurations share a context, until a file changes`() throws {
        let ca = try folder.write(certificate.certificatePEM, "ca.pem")
        let configuration = TLSConfiguration(mode: .verifyCA, caFile: ca)
        let first = try TLSContext.shared(for: configuration)
        #expect(try TLSContext.shared(for: configuration) === first)
        #expect(try TLSContext.shared(for: TLSConfiguration(mode: .required, caFile: ca)) !== first)
        _ = try folder.write(TestCertificate("renewed").certificatePEM + "\n", "ca.pem")
        #expect(try TLSContext.shared(for: configuration) !== first)
        try FileManager.default.removeItem(atPath: ca)
        #expect(throws: MySQLError.self) { try TLSContext.shared(for: configuration) }
    }

    @Test func `the number of kept contexts is bounded`() throws {
        let files = try (0..<40).map { try folder.write(certificate.certificatePEM, "ca\($0).pem") }
        let contexts = try files.map { try TLSContext.shared(for: TLSConfiguration(mode: .verifyCA, caFile: $0)) }
        let again = try TLSContext.shared(for: TLSConfiguration(mode: .verifyCA, caFile: files[0]))
        #expect(again !== contexts[0])
    }
}
