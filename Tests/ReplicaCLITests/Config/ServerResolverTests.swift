import MySQLWire
import ReplicaKit
import Testing

@testable import replica_cli

@Suite struct ServerResolverTests {
    @Test func `an address wins over a flag, a flag over a file, a file over the environment, as in mysql`() throws {
        var flag = ConnectionSettings()
        flag.user = "flag"
        let environment = try ConnectionSettings(environment: ["MYSQL_TCP_PORT": "3308", "MYSQL_PWD": "env"])
        var file = ConnectionSettings()
        file.user = "file"
        file.port = 3309
        file.database = "filedb"
        var resolver = resolver(flag.over(file.over(environment)))
        let server = try resolver.server("db1")
        #expect(server.configuration.username == "flag")
        #expect(server.configuration.endpoint == .tcp(host: "db1", port: 3309))
        #expect(server.configuration.password == Secret("env"))
        #expect(server.configuration.database == "filedb")
        #expect(try resolver.server("root@db1:1").configuration.username == "root")
        #expect(try resolver.server("mysql://u:p@db1").configuration.password == Secret("p"))
    }

    @Test func `without any user the login name is taken`() throws {
        var resolver = resolver()
        #expect(try resolver.server("db1").configuration.username == "login")
    }

    @Test(arguments: [
        ("db1", TLSConfiguration.Mode.required), ("127.0.0.1:3307", .preferred), ("127.9.9.9", .preferred),
        ("127.0.0.1.example.org", .required), ("127.0.0.256", .required), ("[::1]", .preferred),
        ("localhost", .preferred),
        ("/run/x.sock", .preferred), ("mysql://db1?ssl-mode=verify_ca", .verifyCA),
        ("mysql://db1?ssl-mode=disabled", .disabled),
    ])
    func `TLS is required, but for addresses that stay on this machine`(text: String, mode: TLSConfiguration.Mode)
        throws
    {
        var resolver = resolver()
        #expect(try resolver.server(text).configuration.tls.mode == mode)
    }

    @Test func `a CA that is named is looked at, unless another mode is asked for`() throws {
        var settings = ConnectionSettings()
        settings.caFile = "/ca.pem"
        var resolver = resolver(settings)
        #expect(try resolver.server("127.0.0.1").configuration.tls.mode == .verifyCA)
        #expect(try resolver.server("mysql://db1?ssl-mode=verify_identity").configuration.tls.mode == .verifyIdentity)
    }

    @Test func `a pinned certificate means TLS, on loopback too, and is not left to a mode that goes without`() throws {
        var settings = ConnectionSettings()
        let pin = try CertificateFingerprint(bytes: [UInt8](1...32))
        settings.fingerprints = [pin]
        var resolver = resolver(settings)
        for text in ["db1", "127.0.0.1", "/run/x.sock"] {
            let tls = try resolver.server(text).configuration.tls
            #expect(tls == TLSConfiguration(mode: .required, fingerprints: [pin]))
        }
        for mode in ["disabled", "preferred"] {
            let error = #expect(throws: CLIFailure.self) { try resolver.server("mysql://db1?ssl-mode=\(mode)") }
            #expect(error?.status == .usage)
            #expect(error?.message?.contains("--ssl-fp") == true)
        }
        #expect(try resolver.server("mysql://db1?ssl-mode=verify_ca").configuration.tls.fingerprints == [pin])
    }

    @Test func `an address cannot weaken the TLS that was asked for`() throws {
        var settings = ConnectionSettings()
        settings.tlsMode = .verifyCA
        settings.caFile = "/ca.pem"
        var resolver = resolver(settings)
        for text in ["mysql://db1?ssl-mode=required", "mysql://db1?ssl-mode=disabled", "mysql://db1?ssl-ca=/other.pem"]
        {
            let error = #expect(throws: CLIFailure.self) { try resolver.server(text) }
            #expect(error?.status == .usage)
        }
        #expect(try resolver.server("mysql://db1?ssl-mode=verify_identity").configuration.tls.mode == .verifyIdentity)
        #expect(try resolver.server("127.0.0.1").configuration.tls.mode == .verifyCA)
    }

    @Test func `a name of --server stands for both addresses`() throws {
        var resolver = resolver()
        resolver.definitions = [try ServerDefinition("source=127.0.0.1:3307,advertised=mysql-source:3306")]
        let server = try resolver.server("source")
        #expect(server.name == "source")
        #expect(server.configuration.endpoint == .tcp(host: "127.0.0.1", port: 3307))
        #expect(server.advertised.description == "mysql-source:3306")
        #expect(try resolver.server("db1:3307").advertised.description == "db1:3307")
    }

    @Test func `without a server the socket is taken where there is one`() throws {
        var resolver = resolver()
        #expect(try resolver.defaultServer().configuration.endpoint == .tcp(host: "127.0.0.1", port: 3306))
        resolver.files = FakeFiles(["/tmp/mysql.sock": ""]).access
        #expect(try resolver.defaultServer().configuration.endpoint == .unixSocket(path: "/tmp/mysql.sock"))
        resolver.settings.host = "localhost"
        #expect(try resolver.defaultServer().configuration.endpoint == .unixSocket(path: "/tmp/mysql.sock"))
        resolver.settings.port = 3307
        #expect(try resolver.defaultServer().configuration.endpoint == .tcp(host: "localhost", port: 3307))
    }

    @Test func `localhost means the socket that is configured, whichever of the two is named first`() throws {
        for lines in ["socket=/run/x.sock\nhost=localhost\nport=3306", "host=localhost\nsocket=/run/x.sock"] {
            let files = try OptionFiles(
                search: .init(defaultsFile: "/f"),
                home: nil,
                files: FakeFiles(["/f": "[client]\n\(lines)\n"]).access
            )
            var resolver = resolver(try ConnectionSettings(files.options) { _ in })
            #expect(try resolver.defaultServer().configuration.endpoint == .unixSocket(path: "/run/x.sock"))
        }
    }

    @Test func `a flag --socket puts a configured host aside, a flag --port a configured socket`() throws {
        var file = ConnectionSettings()
        file.host = "db1"
        var flag = ConnectionSettings()
        flag.socket = "/run/x.sock"
        var first = resolver(flag.over(file.besides(flag)))
        #expect(try first.defaultServer().configuration.endpoint == .unixSocket(path: "/run/x.sock"))
        file = ConnectionSettings()
        file.socket = "/run/x.sock"
        flag = ConnectionSettings()
        flag.port = 3307
        var second = resolver(flag.over(file.besides(flag)))
        #expect(try second.defaultServer().configuration.endpoint == .tcp(host: "127.0.0.1", port: 3307))
    }

    @Test func `how peers reach a server on a socket is known only where it was said`() throws {
        var resolver = resolver()
        resolver.definitions = [
            try ServerDefinition("a=/run/a.sock"), try ServerDefinition("b=/run/b.sock,advertised=db2:3307"),
        ]
        _ = try resolver.server("/run/c.sock")
        let unknown = try resolver.server("a")
        #expect(try resolver.server("b").advertised.description == "db2:3307")
        _ = try resolver.server("db1")
        #expect(resolver.unadvertised == ["a", "/run/c.sock"])
        #expect(unknown.advertised.port == 0, "an address of no server")
    }

    @Test func `the address that a server tells of itself is taken where it tells one`() {
        func told(_ host: String?, _ port: String?) -> HostAndPort? {
            PeerAddress.address(MySQLResult(columns: ["host", "port"], rows: [[host, port]]))
        }
        #expect(told("db1", "3307") == HostAndPort(host: "db1", port: 3307))
        #expect(told(nil, "3306") == nil && told("", "3306") == nil && told("db1", "0") == nil)
    }

    @Test func `a host on the command line wins over a socket in a file`() throws {
        var flag = ConnectionSettings()
        flag.host = "db1"
        var file = ConnectionSettings()
        file.socket = "/run/x.sock"
        var resolver = resolver(flag.over(file.besides(flag)))
        #expect(try resolver.defaultServer().configuration.endpoint == .tcp(host: "db1", port: 3306))
    }

    @Test func `the password is asked for once`() throws {
        var settings = ConnectionSettings()
        settings.password = .prompt
        var resolver = resolver(settings)
        var questions: [String] = []
        resolver.prompt = { question in
            questions.append(question)
            return Secret("typed")
        }
        #expect(try resolver.server("a@db1").configuration.password == Secret("typed"))
        #expect(try resolver.server("a@db2").configuration.password == Secret("typed"))
        #expect(questions == ["Password of a (a@db1): "])
    }

    @Test(arguments: ["0", "65536", "-1", "x", "", "٣"])
    func `a port out of range is refused`(text: String) {
        #expect(throws: CLIFailure.self) { try SettingValue.port(text, named: "--port") }
    }

    @Test(arguments: ["0", "-1", "x", "", "inf", "nan", "86401", "0x10"])
    func `a number of seconds that is none is refused`(text: String) {
        #expect(throws: CLIFailure.self) { try SettingValue.seconds(text, named: "--connect-timeout") }
    }

    private func resolver(_ settings: ConnectionSettings = .init()) -> ServerResolver {
        ServerResolver(settings: settings, loginName: "login", files: FakeFiles([:]).access)
    }
}
