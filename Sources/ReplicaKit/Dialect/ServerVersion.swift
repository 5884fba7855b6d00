/// The version of a server, as `SELECT VERSION()` or the greeting tells it.
public struct ServerVersion: Sendable, Hashable, Codable {
    /// Whose server it is. The two speak different replication statements and count their versions apart.
    public enum Flavor: String, Sendable, Hashable, Codable {
        case mySQL
        case mariaDB
    }

    public var flavor: Flavor
    public var major: Int
    public var minor: Int
    public var patch: Int
    /// What the server said, unchanged, for instance `9.7.4-2` or `5.5.5-10.11.6-MariaDB-0+deb12u1`.
    public var text: String

    public init(_ flavor: Flavor, _ major: Int, _ minor: Int, _ patch: Int, text: String? = nil) {
        self.flavor = flavor
        self.major = major
        self.minor = minor
        self.patch = patch
        self.text = text ?? "\(major).\(minor).\(patch)"
    }

    /// Reads what a server says of itself; nil for a text that does not begin with `number.number`.
    ///
    /// MariaDB's greeting may begin with `5.5.5-`, which hides the real version from old MySQL replicas; what follows
    /// counts.
    public init?(_ text: String) {
        let isMariaDB = text.lowercased().contains("mariadb")
        var rest = text[...]
        if isMariaDB, rest.hasPrefix("5.5.5-") { rest = rest.dropFirst("5.5.5-".count) }
        let digits = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
        let numbers = digits.split(separator: ".").prefix(3).map { Int($0) }
        guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        let patch = numbers.count > 2 ? numbers[2] : 0
        guard let patch else { return nil }
        self.init(isMariaDB ? .mariaDB : .mySQL, major, minor, patch, text: text)
    }

    /// Whether this is that flavor, in that version or a later one.
    public func isAtLeast(_ flavor: Flavor, _ major: Int, _ minor: Int, _ patch: Int = 0) -> Bool {
        self.flavor == flavor && (self.major, self.minor, self.patch) >= (major, minor, patch)
    }
}

extension ServerVersion: CustomStringConvertible {
    public var description: String { text }
}
