import MySQLWire
import Testing

@testable import replica_cli

@Suite struct LoginFileTests {
    /// Written by mysql_config_editor of MySQL 9.7.4.
    private static let official = bytes(
        """
        000000001702071f1d000114100f0207170d1616021214051000000077d53af00d84e337cd45a42042a4441b20000000688a3233f929ec035e1af0fb0cb786a67182bfe5683862b1c3f31efe39f59549200000009495a62496b3b9b0dbe43160bc2655ac6c4664908c1e84e6dd2754fe6dc41fdb1000000067354f64e3625d52ae2dd0f0fd927486
        """
    )

    @Test func `a file of mysql_config_editor is read`() {
        #expect(
            LoginFile.text(Self.official)
                == "[lab]\nuser = \"lab user\"\nhost = \"127.0.0.1\"\nport = 3307\n"
        )
    }

    @Test func `a file that is cut off or damaged is none, and nothing traps`() {
        for count in 0..<Self.official.count { _ = LoginFile.text(Array(Self.official[..<count])) }
        for index in Self.official.indices {
            var damaged = Self.official
            damaged[index] ^= 0xFF
            _ = LoginFile.text(damaged)
        }
        #expect(LoginFile.text(Array(Self.official.dropLast())) == nil)
        #expect(LoginFile.text([]) == nil)
    }

    @Test func `its groups come last, and a login path is one of them`() throws {
        let files = LoginFiles(login: Self.official, options: "[client]\nuser=file\nhost=elsewhere\n").access
        var search = OptionFiles.Search(loginFile: "/login")
        #expect(try settings(search, files).user == "file")
        search.loginPath = "lab"
        let settings = try settings(search, files)
        #expect(settings.user == "lab user")
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 3307)
        search.loginPath = "nosuch"
        #expect(throws: CLIFailure.self) { try self.settings(search, files) }
        search.loginFile = "/none"
        #expect(throws: CLIFailure.self) { try self.settings(search, files) }
    }

    private func settings(_ search: OptionFiles.Search, _ files: FileAccess) throws -> ConnectionSettings {
        try ConnectionSettings(OptionFiles(search: search, home: "/home", files: files).options, warn: { _ in })
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }
}

private struct LoginFiles {
    let login: [UInt8]
    let options: String

    var access: FileAccess {
        var access = FakeFiles(["/home/.my.cnf": options, "/login": ""]).access
        let others = access.read
        access.read = { [login] path throws(FileAccess.Failure) in path == "/login" ? login : try others(path) }
        return access
    }
}
