import MySQLWire
import ReplicaKit
import Testing

@testable import replica_cli

@Suite struct ServerAddressTests {
    @Test(
        arguments: [
            ("db1", "db1", nil, nil),
            ("db1:3307", "db1", 3307, nil),
            ("root@db1", "db1", nil, "root"),
            ("root@10.0.0.1:3307", "10.0.0.1", 3307, "root"),
            ("me@example.org@db1:1", "db1", 1, "me@example.org"),
            ("[::1]:3307", "::1", 3307, nil),
            ("u@[fe80::1%eth0]", "fe80::1%eth0", nil, "u"),
            ("mysql://db1", "db1", nil, nil),
            ("mysql://u@[::1]:65535/", "::1", 65535, "u"),
            ("MYSQL://u%40corp@db1:3306", "db1", 3306, "u@corp"),
        ] as [(String, String, UInt16?, String?)]
    )
    func `host, port and user are read from every form`(
        text: String,
        host: String,
        port: UInt16?,
        user: String?
    ) throws {
        let address = try ServerAddress(text)
        #expect(address.location == .tcp(host: host, port: port))
        #expect(address.user == user)
    }

    @Test func `a path is a socket, with or without a user`() throws {
        #expect(try ServerAddress("/run/my@sql.sock").location == .socket("/run/my@sql.sock"))
        let withUser = try ServerAddress("root@/run/mysqld.sock")
        #expect(withUser.location == .socket("/run/mysqld.sock"))
        #expect(withUser.user == "root")
    }

    @Test func `a URL carries password, database and options, percent-decoded`() throws {
        let address = try ServerAddress(
            "mysql://r%C3%A9plica:p%40ss%3A%2F@db1:3307/test%20db?ssl-mode=verify-identity&ssl_ca=/etc/ca.pem&connect-timeout=2.5s"
        )
        #expect(address.user == "réplica")
        #expect(address.password == Secret("p@ss:/"))
        #expect(address.database == "test db")
        #expect(address.options.tlsMode == .verifyIdentity)
        #expect(address.options.caFile == "/etc/ca.pem")
        #expect(address.options.connectTimeout == .milliseconds(2500))
        let socket = try ServerAddress("mysql://u@/db?socket=%2Frun%2Fx.sock")
        #expect(socket.location == .socket("/run/x.sock"))
        #expect(socket.database == "db")
    }

    @Test(arguments: [
        "", "@db1", ":3306", "db1:", "db1:0", "db1:65536", "db1:+1", "db1:33 06", "::1", "::1:3306", "[::1", "[::1]x",
        "[db1]:1",
        "db 1", "db1/x", "http://db1", "mysql://", "mysql://u@", "mysql://db1:x", "mysql://db1?ssl-mode",
        "mysql://db1?ssl-mode=strong", "mysql://db1?user=root", "mysql://db1?host=other", "mysql://db1?ssl-mode=",
        "mysql://db1?ssl-mode=required&ssl-mode=disabled", "mysql://db1#x", "mysql://u%2@db1", "mysql://u%00@db1",
        "mysql://u%FF@db1", "mysql://db1?socket=/x", "mysql://db1?get-server-public-key=1",
        "mysql://db1?connect-timeout=0",
    ])
    func `what is no address is refused as a usage error`(text: String) {
        let error = #expect(throws: CLIFailure.self) { try ServerAddress(text) }
        #expect(error?.status == .usage)
        #expect(error?.message?.contains("\n") == false)
    }

    @Test func `an error about a URL does not repeat its password`() {
        for text in [
            "mysql://u:hunter2@db 1", "mysql://u:hunter2@db1:99999", "mysql://u:hunter2@", "mysql://u:hunter2%zz@h",
        ] {
            let error = #expect(throws: CLIFailure.self) { try ServerAddress(text) }
            #expect(error?.message?.contains("hunter2") == false)
        }
    }

    @Test func `the description parses back to the same place`() throws {
        for text in ["db1", "db1:3307", "u@db1:3307", "[::1]:3307", "u@[::1]", "/run/x.sock", "u@/run/x.sock"] {
            let address = try ServerAddress(text)
            #expect(address.description == text)
            #expect(try ServerAddress(address.description) == address)
        }
    }

    @Test func `percent-encoding round-trips any text`() {
        for text in ["", "abc-._~", "a b%c@d:e/f?g#h&i=j", "é🐬", "'\"`\\"] {
            #expect(PercentEncoding.decoded(PercentEncoding.encoded(text)[...]) == text)
        }
    }

    @Test func `a definition carries both addresses`() throws {
        let definition = try ServerDefinition("source=root@127.0.0.1:3307,advertised=mysql-source:3306")
        #expect(definition.name == "source")
        #expect(definition.address.description == "root@127.0.0.1:3307")
        #expect(definition.advertised?.description == "mysql-source:3306")
        #expect(try ServerDefinition("a=db1").advertised == nil)
        #expect(try ServerDefinition("a=db1,advertised=x").advertised?.port == 3306)
    }

    @Test(arguments: ["source", "=db1", "a b=db1", "a=", "a=db1,advertised=", "a=db1,advertised=:1", "a=db1,other=x"])
    func `a definition that is none is refused`(text: String) {
        #expect(throws: CLIFailure.self) { try ServerDefinition(text) }
    }
}
