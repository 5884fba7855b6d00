import ArgumentParser
import MySQLWire
import ReplicaKit
import Testing

@testable import replica_cli

@Suite struct ConnectionOptionsTests {
    @Test(arguments: [
        ["-uroot", "-hdb1", "-P3307", "-Dshop"], ["-u", "root", "-h", "db1", "-P", "3307", "-D", "shop"],
        ["--user=root", "--host", "db1", "--port=3307", "--database", "shop"],
    ])
    func `short options are written as for mysql, joined or apart`(arguments: [String]) throws {
        let flags = try ConnectionOptions.parse(arguments).flags()
        #expect(flags.user == "root" && flags.host == "db1" && flags.port == 3307 && flags.database == "shop")
        #expect(try ConnectionOptions.parse(["-S/run/x.sock"]).flags().socket == "/run/x.sock")
    }

    @Test(arguments: [
        (["--host", "db1:3307"], "--port"), (["--server", "a=db1", "--server", "a=db2"], "twice"),
        (["--ssl-ca", "/nonexistent/ca.pem"], "--ssl-ca /nonexistent/ca.pem"),
        (["--server", "a=db1:3306,advertise=db1"], "advertised="),
    ])
    func `a mistake is said with what to write instead`(arguments: [String], part: String) throws {
        let options = try ConnectionOptions.parse(["--no-defaults", "--no-login-paths"] + arguments)
        let error = #expect(throws: CLIFailure.self) { try options.resolver(environment: [:]) }
        #expect(error?.status == .usage)
        #expect(error?.message?.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `an IPv6 address is a host, and a password in a URL may look like anything`() throws {
        #expect(try ConnectionOptions.parse(["-h::1"]).flags().host == "::1")
        let options = try ConnectionOptions.parse(["--no-defaults", "--server", "a=mysql://u:p,x=y@db1"])
        #expect(try options.resolver(environment: [:]).definitions.first?.address.password == Secret("p,x=y"))
    }

    @Test func `fingerprints are SHA-256, with or without colons, several with commas`() throws {
        let first = String(repeating: "0a", count: 32)
        let second = Array(repeating: "FF", count: 32).joined(separator: ":")
        let flags = try ConnectionOptions.parse(["--ssl-fp", "\(first),\(second)"]).flags()
        #expect(flags.fingerprints == [try CertificateFingerprint(first), try CertificateFingerprint(second)])
        #expect(flags.over(ConnectionSettings()).fingerprints == flags.fingerprints)
        // SHA-1, as MariaDB's own client takes it too.
        for text in ["", "\(first),", String(repeating: "0a", count: 20)] {
            let error = #expect(throws: CLIFailure.self) { try ConnectionOptions.parse(["--ssl-fp", text]).flags() }
            #expect(error?.message?.contains("--ssl-fp must be the SHA-256 fingerprint") == true)
        }
        let option = OptionFiles.Option(group: "client", name: "ssl-fp", value: first, origin: "/f")
        #expect(try ConnectionSettings([option], warn: { _ in }).fingerprints == [try CertificateFingerprint(first)])
    }

    @Test func `ways of compression are named as for mysql, in the order in which they are wanted`() throws {
        func settings(_ text: String) throws -> ConnectionSettings {
            try ConnectionOptions.parse(["--compression-algorithms", text]).flags()
        }
        #expect(try settings("zstd,ZLIB,uncompressed").compression == [.zstd(level: 3), .zlib, .uncompressed])
        #expect(try settings("zlib").over(ConnectionSettings()).compression == .zlib)
        let options = ["--no-defaults", "--no-login-paths", "--compression-algorithms=zlib"]
        var resolver = try ConnectionOptions.parse(options).resolver(environment: [:])
        #expect(try resolver.server("db1").configuration.compression == .zlib)
        for text in ["", "zlib,", "lz4", "zlib zstd"] {
            #expect(throws: CLIFailure.self, "\(text)") { try settings(text) }
        }
    }
}
