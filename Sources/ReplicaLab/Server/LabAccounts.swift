package import MySQLWire

/// The accounts of a lab's servers. Each lab makes its own passwords.
package struct LabAccounts: Sendable {
    package let rootPassword: Secret
    package let replicationUser = "repl"
    package let replicationPassword: Secret

    init() {
        rootPassword = Self.makePassword()
        replicationPassword = Self.makePassword()
    }

    private static func makePassword() -> Secret {
        let letters = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        var generator = SystemRandomNumberGenerator()
        return Secret(String((0..<24).compactMap { _ in letters.randomElement(using: &generator) }))
    }

    /// The statements by which a fresh server gets these accounts, one a line as `--init-file` wants them.
    ///
    /// They stay out of the binary log: every server of the lab is made with them, and a statement that a replica
    /// already ran would stop it.
    func initialisation() -> String {
        let root = Self.literal(rootPassword)
        let replication = Self.literal(replicationPassword)
        return """
            SET SESSION sql_log_bin = 0;
            ALTER USER root@localhost IDENTIFIED WITH caching_sha2_password BY \(root);
            CREATE USER root@'127.0.0.1' IDENTIFIED WITH caching_sha2_password BY \(root);
            GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
            CREATE USER \(replicationUser)@'%' IDENTIFIED WITH caching_sha2_password BY \(replication);
            GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO \(replicationUser)@'%';

            """
    }

    /// An option file for MySQL's own client.
    func clientOptions(port: UInt16) -> String {
        let password = rootPassword.withBytes { String(decoding: $0, as: UTF8.self) }
        return "[client]\nuser=root\npassword=\(password)\nhost=127.0.0.1\nport=\(port)\nssl-mode=REQUIRED\n"
    }

    private static func literal(_ secret: Secret) -> String {
        secret.withBytes { SQLText.literal(String(decoding: $0, as: UTF8.self)) }
    }
}
