import MySQLWire

/// `~/.mylogin.cnf`, which mysql_config_editor writes: an option file, scrambled line by line.
///
/// Its form: 4 bytes without meaning, 20 bytes from which the key is folded, then for each line its length (4 bytes,
/// little-endian) and so many bytes of AES-128-ECB.
enum LoginFile {
    /// - Returns: the option file's text; nil where this is no such file.
    static func text(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 24 else { return nil }
        var key = [UInt8](repeating: 0, count: 16)
        for (index, byte) in bytes[4..<24].enumerated() { key[index % 16] ^= byte }
        var rest = bytes[24...]
        var text: [UInt8] = []
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count, let line = AES128.decrypt(Array(rest.prefix(length)), key: key) else {
                return nil
            }
            text += line
            rest = rest.dropFirst(length)
        }
        return String(validating: text, as: UTF8.self)
    }
}
