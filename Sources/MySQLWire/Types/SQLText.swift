/// The only two ways by which a value or a name becomes part of an SQL text.
public enum SQLText {
    /// A string literal for a utf8mb4 session of a known mode. It is safe in no other: in gbk and its like a quoting
    /// backslash may become the second half of a character. Where either is in doubt, use ``literal(inAnySession:)``.
    ///
    /// - Parameters:
    ///   - value: any text.
    ///   - noBackslashEscapes: whether the session's `sql_mode` holds NO_BACKSLASH_ESCAPES; the server tells with
    ///     SERVER_STATUS_NO_BACKSLASH_ESCAPES in each OK packet (manual: String Literals). Not to be believed behind
    ///     CALL: a procedure that sets its `sql_mode` leaves the flag changed and the mode as it was (seen on 9.7.4).
    public static func literal(_ value: String, noBackslashEscapes: Bool = false) -> String {
        var text = "'"
        for scalar in value.unicodeScalars {
            switch scalar {
            case "'": text += "''"
            case "\\" where !noBackslashEscapes: text += "\\\\"
            case "\0" where !noBackslashEscapes: text += "\\0"
            case "\n" where !noBackslashEscapes: text += "\\n"
            case "\r" where !noBackslashEscapes: text += "\\r"
            case "\u{1A}" where !noBackslashEscapes: text += "\\Z"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }

    /// A string literal that is the same text in each `sql_mode` and each character set of a session: in hexadecimal unless
    /// it is of plain ASCII without backslashes. Not everywhere does a statement take that for a string: passwords, for
    /// one, have to be plain.
    public static func literal(inAnySession value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\\") }
        return isPlain ? literal(value, noBackslashEscapes: true) : "_utf8mb4 " + literal(bytes: value.utf8)
    }

    /// A hexadecimal literal: exact for any bytes, in any session.
    public static func literal(bytes: some Sequence<UInt8>) -> String {
        "x'" + Hexadecimal.text(bytes) + "'"
    }

    /// A quoted identifier (manual: Schema Object Names).
    ///
    /// - Throws: ``MySQLError/Code/invalidArgument`` for an empty name and for one that holds U+0000, which no
    ///   identifier may.
    public static func identifier(_ name: String) throws(MySQLError) -> String {
        guard !name.isEmpty, !name.unicodeScalars.contains("\0") else {
            throw MySQLError(.invalidArgument, phase: .configuration, message: "not a valid identifier")
        }
        var text = "`"
        for scalar in name.unicodeScalars {
            if scalar == "`" { text += "``" } else { text.unicodeScalars.append(scalar) }
        }
        return text + "`"
    }
}
