import ReplicaKit
import Testing

@Suite struct ServerVersionTests {
    @Test(
        "The version texts of real servers are read",
        arguments: [
            ("9.7.4-2", ServerVersion.Flavor.mySQL, 9, 7, 4),
            ("8.0.36", .mySQL, 8, 0, 36),
            ("8.0.36-0ubuntu0.22.04.1", .mySQL, 8, 0, 36),
            ("5.7.44-log", .mySQL, 5, 7, 44),
            ("26.10.0", .mySQL, 26, 10, 0),
            ("8.4", .mySQL, 8, 4, 0),
            ("5.5.5-10.11.6-MariaDB-0+deb12u1", .mariaDB, 10, 11, 6),
            ("11.8.2-MariaDB-ubu2404", .mariaDB, 11, 8, 2),
        ] as [(String, ServerVersion.Flavor, Int, Int, Int)]
    )
    func reads(text: String, flavor: ServerVersion.Flavor, major: Int, minor: Int, patch: Int) {
        #expect(ServerVersion(text) == ServerVersion(flavor, major, minor, patch, text: text))
    }

    @Test(
        "What is no version is nil",
        arguments: ["", "mysql", "9", ".", "x9.7.4", "99999999999999999999.1.1", "1.2.99999999999999999999"]
    )
    func refuses(text: String) {
        #expect(ServerVersion(text) == nil)
    }

    @Test func versionsOfTheTwoFlavorsAreNotCompared() {
        #expect(ServerVersion(.mySQL, 9, 7, 4).isAtLeast(.mySQL, 8, 0, 26))
        #expect(!ServerVersion(.mySQL, 8, 0, 25).isAtLeast(.mySQL, 8, 0, 26))
        #expect(!ServerVersion(.mariaDB, 11, 8, 0).isAtLeast(.mySQL, 8, 0, 22))
    }
}
