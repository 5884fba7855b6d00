/// mysql_native_password: one answer, nothing more to say.
enum NativePassword {
    /// `SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))`; nothing for the empty password.
    static func scramble(password: Secret?, nonce: [UInt8]) throws(MySQLError) -> [UInt8] {
        guard let password, !password.isEmpty else { return [] }
        // No copy: the array shares the storage that Secret wipes.
        var once = try Digest.sha1(password.withBytes { $0 })
        defer { once.wipe() }
        return xor(once, try Digest.sha1(nonce + Digest.sha1(once)))
    }

    /// What the server keeps of it: `SHA1(SHA1(password))`.
    static func digest(of password: Secret) throws(MySQLError) -> [UInt8] {
        var once = try Digest.sha1(password.withBytes { $0 })
        defer { once.wipe() }
        return try Digest.sha1(once)
    }
}
