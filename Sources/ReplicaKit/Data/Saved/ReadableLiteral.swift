internal import MySQLWire

/// Values as SQL that people can read: text as text where it is known to come back exactly, everything else as
/// ``ColumnLiteral`` writes it. For a utf8mb4 session without NO_BACKSLASH_ESCAPES.
struct ReadableLiteral: Sendable {
    let decoder: RowDecoder

    func text(_ bytes: [UInt8]?, column index: Int) throws(DataError) -> String {
        let column = decoder.select.table.columns[index]
        let exact = try ColumnLiteral.text(bytes, column)
        switch column.kind {
        // Plain ASCII, as nearly all of it is.
        case .text where exact.utf8.first == UInt8(ascii: "'"): break
        case .text, .json:
            if case .text(let text) = decoder.value(bytes, column: index), Self.isPrintable(text) {
                return SQLText.literal(text)
            }
        case .enumeration, .set:
            // Index 0 of an ENUM has no name of its own.
            if bytes != [UInt8(ascii: "0")], case .text(let text) = decoder.value(bytes, column: index),
                Self.isPrintable(text), Int(text) == nil
            {
                return SQLText.literal(text)
            }
        default: break
        }
        return exact
    }

    /// False for what would do something to a terminal; line breaks are written as escapes.
    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control: ["\n", "\r", "\t", "\0"].contains(scalar)
            // Also turns the direction of what is read, or is no character.
            case .format, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
    }
}
