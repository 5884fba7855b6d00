extension String {
    /// Whether a server's version, for instance `11.8.3-MariaDB`, names MariaDB.
    ///
    /// By bytes: `contains(_:)` of two texts compares characters, and took a tenth of a login's own work.
    var namesMariaDB: Bool {
        let (text, name) = (Array(utf8), Array("MariaDB".utf8))
        guard text.count >= name.count else { return false }
        return (0...(text.count - name.count)).contains { text[$0..<($0 + name.count)].elementsEqual(name) }
    }
}
