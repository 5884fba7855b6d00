import MySQLWire
import Testing

@testable import replica_cli

@Suite struct OptionFileTests {
    @Test func `groups, options, comments and quotes are read as MySQL's programs read them`() throws {
        let lines = try OptionFileParser.parse(
            """
            # a comment
            ; another
            [client]
            user = root
            password="a#b\\s\\"c"   # a comment after a value
            password='it\\\\s'
            ssl_mode=REQUIRED
            port=3307 # x
              get-server-public-key\r
            path=C:\\new\\dir\\table\\qx
            empty=
            [ mysqld ]
            !include more.cnf
            !includedir /etc/conf.d
            """
        )
        #expect(
            lines == [
                .group("client"), .option(name: "user", value: "root"),
                .option(name: "password", value: "a#b \\\"c"), .option(name: "password", value: "it\\s"),
                .option(name: "ssl-mode", value: "REQUIRED"), .option(name: "port", value: "3307"),
                .option(name: "get-server-public-key", value: nil),
                .option(name: "path", value: "C:\new\\dir\table\\qx"), .option(name: "empty", value: ""),
                .group("mysqld"), .include("more.cnf"), .includeDirectory("/etc/conf.d"),
            ]
        )
    }

    @Test(arguments: [
        ("user=root", 1), ("[client\nuser=x", 1), ("[client]\n!includes x", 2), ("[client]\n!include", 2),
    ])
    func `a line that cannot be read is named by its number`(text: String, line: Int) {
        let error = #expect(throws: OptionFileParser.Failure.self) { try OptionFileParser.parse(text) }
        #expect(error?.line == line)
    }

    @Test func `files are read in order, and only their own groups`() throws {
        let files = FakeFiles([
            "/etc/my.cnf": "[client]\nuser=a\nport=1\n[mysql]\nuser=x\n",
            "/etc/mysql/my.cnf": "[client]\nport=2\n!includedir conf.d\n",
            "/etc/mysql/conf.d/b.cnf": "[client]\nhost=b\n",
            "/etc/mysql/conf.d/a.cnf": "[client]\nhost=a\n",
            "/etc/mysql/conf.d/c.txt": "[client]\nhost=c\n",
            "/home/me/.my.cnf": "[replica-cli]\nuser=me\n[client_lab]\nport=9\n",
        ])
        let settings = try settings(.init(), files)
        #expect(settings.user == "me")
        #expect(settings.port == 2)
        #expect(settings.host == "b")
        #expect(try self.settings(.init(groupSuffix: "_lab"), files).port == 9)
        #expect(try self.settings(.init(noDefaults: true), files) == ConnectionSettings())
        #expect(try self.settings(.init(defaultsFile: "/etc/my.cnf"), files).port == 1)
    }

    @Test func `a file that includes itself ends with a message`() {
        let files = FakeFiles(["/a.cnf": "!include a.cnf\n"])
        let error = #expect(throws: CLIFailure.self) { try settings(.init(defaultsFile: "/a.cnf"), files) }
        #expect(error?.status == .usage)
    }

    @Test func `a missing defaults file is a mistake, a missing global file is not`() throws {
        let error = #expect(throws: CLIFailure.self) { try settings(.init(defaultsFile: "/none"), FakeFiles([:])) }
        #expect(error?.status == .usage)
        #expect(try settings(.init(), FakeFiles([:])) == ConnectionSettings())
    }

    @Test func `a file that anybody can write is ignored, with a warning`() throws {
        let files = FakeFiles(["/home/me/.my.cnf": "[client]\nhost=evil\n"], mode: 0o100666)
        let options = try OptionFiles(search: .init(), home: "/home/me", files: files.access)
        #expect(options.options.isEmpty)
        #expect(options.warnings.count == 1)
    }

    @Test func `a password that others can read gets a warning`() throws {
        let files = FakeFiles(["/home/me/.my.cnf": "[client]\npassword=x\n"], mode: 0o100644)
        let options = try OptionFiles(search: .init(), home: "/home/me", files: files.access)
        #expect(options.options.count == 1)
        #expect(options.warnings.first?.contains("chmod 600") == true)
    }

    @Test func `a protection that is not supported is not dropped silently`() throws {
        var warnings: [String] = []
        let option = OptionFiles.Option(group: "client", name: "ssl-crl", value: "/x", origin: "f")
        _ = try ConnectionSettings([option], warn: { warnings.append($0) })
        #expect(warnings.count == 1)
    }

    @Test func `our own group knows no unknown option, unless it is loose`() throws {
        let wrong = OptionFiles.Option(group: "replica-cli", name: "usr", value: "x", origin: "f")
        #expect(throws: CLIFailure.self) { try ConnectionSettings([wrong], warn: { _ in }) }
        let loose = OptionFiles.Option(group: "replica-cli", name: "loose-usr", value: "x", origin: "f")
        #expect(try ConnectionSettings([loose], warn: { _ in }) == ConnectionSettings())
        let shared = OptionFiles.Option(group: "client", name: "prompt", value: "x", origin: "f")
        #expect(try ConnectionSettings([shared], warn: { _ in }) == ConnectionSettings())
    }

    @Test func `a password without a value is asked for`() throws {
        let option = OptionFiles.Option(group: "client", name: "password", value: nil, origin: "f")
        #expect(try ConnectionSettings([option], warn: { _ in }).password == .prompt)
    }

    private func settings(_ search: OptionFiles.Search, _ files: FakeFiles) throws -> ConnectionSettings {
        let options = try OptionFiles(search: search, home: "/home/me", files: files.access)
        return try ConnectionSettings(options.options, warn: { _ in })
    }
}
