extension BinlogTransactionReader {
    /// What a QUERY event is to the transaction it stands in.
    ///
    /// The server writes the borders itself, always in these words; what a user typed stands in the log only for
    /// statements that change something.
    enum Border: Equatable {
        case begin, commit, rollback, savepoint, rollbackToSavepoint, xaEnd
        case xaStart(xid: String)
        case xaCommit(xid: String)
        case xaRollback(xid: String)
        /// Any other; `opensTransaction` for the CREATE TABLE that begins a CREATE TABLE … SELECT.
        case statement(opensTransaction: Bool)

        init(_ text: String) {
            // Only the beginning decides, and a statement may be many megabytes long.
            let words = text.utf8.prefix(32).split(separator: UInt8(ascii: " "))
                .map { String(decoding: $0, as: UTF8.self).uppercased() }
            switch (words.first ?? "", words.count > 1 ? words[1] : "") {
            case ("BEGIN", ""): self = .begin
            case ("COMMIT", ""): self = .commit
            case ("ROLLBACK", ""): self = .rollback
            case ("SAVEPOINT", _): self = .savepoint
            case ("ROLLBACK", "TO"): self = .rollbackToSavepoint
            case ("XA", "START"): self = .xaStart(xid: Self.xid(text))
            case ("XA", "END"): self = .xaEnd
            case ("XA", "COMMIT"): self = .xaCommit(xid: Self.xid(text))
            case ("XA", "ROLLBACK"): self = .xaRollback(xid: Self.xid(text))
            default:
                self = .statement(opensTransaction: words.first == "CREATE" && text.hasSuffix(" START TRANSACTION"))
            }
        }

        /// `XA COMMIT X'7831',X'',1` names the xid behind its second word, in hexadecimal digits.
        private static func xid(_ text: String) -> String {
            let words = text.split(separator: " ")
            return words.count > 2 ? words[2].lowercased().replacingX() : ""
        }
    }
}

extension String {
    /// The digits of hexadecimal literals in capitals and the `x` small, as ``SQLText`` writes them.
    fileprivate func replacingX() -> String {
        String(map { "abcdef".contains($0) ? Character($0.uppercased()) : $0 })
    }
}

extension BinlogEvent {
    /// Whether only an earlier event of the same transaction can have begun it.
    var belongsInside: Bool {
        switch body {
        case .tableMap, .rows, .xid, .xaPrepare: true
        case .query(let query):
            [.commit, .rollback, .rollbackToSavepoint, .savepoint, .xaEnd].contains(
                BinlogTransactionReader.Border(query.text)
            )
        default: false
        }
    }
}
