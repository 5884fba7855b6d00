/// Finds the operations of a text and what they are done to, in the order of their coming.
///
/// It is no parser: of unusual statements it finds less. Only keywords of its own list become operations, so that a text
/// that is no SQL at all leaves nothing.
struct SQLSummaryReader {
    private(set) var operation: String?
    private(set) var procedure: String?
    private(set) var tables: Set<String> = []
    private(set) var parts: [String] = []

    private enum Wanted {
        case none, table, schema, procedure
    }

    /// One for each open parenthesis, and one for the outside: whether FROM belongs to a statement there, or to a
    /// function as in `EXTRACT(YEAR FROM day)`.
    private var levels = [true]
    private var isAtStart = true
    private var wanted = Wanted.none
    /// Behind a table, where a comma brings another one.
    private var isInList = false
    private var isDefinition = false
    private var previous = ""
    private var scanner: SQLScanner

    /// What was found depends on the session's `sql_mode`.
    var isAmbiguous: Bool { scanner.hasSeenBackslash }

    private static let operations: Set<String> = [
        "ALTER", "ANALYZE", "BEGIN", "BINLOG", "CALL", "CHANGE", "CHECK", "CHECKSUM", "CLONE", "COMMIT", "CREATE",
        "DEALLOCATE", "DELETE", "DESC", "DESCRIBE", "DO", "DROP", "EXECUTE", "EXPLAIN", "FLUSH", "GRANT", "HANDLER",
        "HELP", "IMPORT", "INSERT", "INSTALL", "KILL", "LOAD", "LOCK", "OPTIMIZE", "PREPARE", "PURGE", "RELEASE",
        "RENAME", "REPAIR", "REPLACE", "RESET", "RESTART", "REVOKE", "ROLLBACK", "SAVEPOINT", "SELECT", "SET", "SHOW",
        "SHUTDOWN", "SIGNAL", "START", "STOP", "TABLE", "TRUNCATE", "UNINSTALL", "UNLOCK", "UPDATE", "USE", "VALUES",
        "WITH", "XA",
    ]
    /// Before the name that is waited for.
    private static let skipped: Set<String> = [
        "DELAYED", "EXISTS", "HIGH_PRIORITY", "IF", "IGNORE", "INTO", "LATERAL", "LOW_PRIORITY", "NOT", "ONLY", "QUICK",
        "TABLE",
    ]
    private static let listEnds: Set<String> = [
        "FOR", "GROUP", "HAVING", "LIMIT", "ON", "ORDER", "SET", "UNION", "USING", "VALUES", "WHERE", "WINDOW",
    ]

    init(scanner: SQLScanner) {
        self.scanner = scanner
    }

    mutating func run() {
        var pending = scanner.next()
        while let (token, range) = pending {
            pending = scanner.next()
            switch token {
            case .space, .comment: continue
            case .literal: wanted = .none
            case .symbol(let byte): symbol(byte)
            case .word, .quotedName:
                guard wanted != .none, !(token == .word && Self.skipped.contains(scanner.text(range).uppercased()))
                else {
                    if token == .word { word(scanner.text(range)) }
                    continue
                }
                var name = range
                // `schema`.`table`
                while let (dot, _) = pending, dot == .symbol(UInt8(ascii: ".")), let (part, rest) = scanner.next() {
                    guard part == .word || part == .quotedName else { break }
                    name = name.lowerBound..<rest.upperBound
                    pending = scanner.next()
                }
                take(scanner.text(name), isWord: token == .word)
            }
        }
    }

    private mutating func symbol(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("):
            levels.append(false)
            if wanted != .table { isInList = false }
        case UInt8(ascii: ")"):
            if levels.count > 1 { levels.removeLast() }
            wanted = .none
        case UInt8(ascii: ","): wanted = isInList ? .table : .none
        case UInt8(ascii: ";"):
            isAtStart = true
            isInList = false
            wanted = .none
        default: wanted = .none
        }
    }

    private mutating func word(_ word: String) {
        let keyword = word.uppercased()
        defer { previous = keyword }
        if isAtStart {
            isAtStart = false
            guard Self.operations.contains(keyword) else { return }
            begin(word, keyword)
            return
        }
        switch keyword {
        case "SELECT": begin(word, keyword)
        // Behind the definitions of a WITH.
        case "UPDATE", "DELETE", "INSERT", "REPLACE":
            if operation?.uppercased() == "WITH", levels.count == 1, previous != "FOR", previous != "KEY" {
                begin(word, keyword)
            }
        case "FROM": if levels.last == true { want(.table) }
        case "JOIN", "INTO": want(.table)
        case "TABLE", "VIEW": want(.table)
        case "DATABASE", "SCHEMA": if isDefinition { want(.schema) }
        case "OUTFILE", "DUMPFILE": wanted = .none
        case _ where Self.listEnds.contains(keyword): isInList = false
        default: break
        }
    }

    private mutating func begin(_ word: String, _ keyword: String) {
        if operation == nil { operation = word }
        parts.append(word)
        levels[levels.count - 1] = true
        isInList = false
        isDefinition = ["ALTER", "CREATE", "DROP"].contains(keyword)
        switch keyword {
        case "INSERT", "REPLACE", "UPDATE", "TABLE", "TRUNCATE", "DESC", "DESCRIBE": want(.table)
        case "USE": want(.schema)
        case "CALL": want(.procedure)
        default: wanted = .none
        }
    }

    private mutating func want(_ kind: Wanted) {
        wanted = kind
        isInList = false
    }

    private mutating func take(_ name: String, isWord: Bool) {
        let kind = wanted
        wanted = .none
        // DESCRIBE and its like are also in front of a statement.
        if isWord, ["SELECT", "OUTFILE", "DUMPFILE", "UPDATE", "DELETE", "INSERT", "WITH"].contains(name.uppercased()) {
            return word(name)
        }
        parts.append(name)
        switch kind {
        case .none: break
        case .table:
            tables.insert(name)
            isInList = true
        case .schema: break
        case .procedure: procedure = name
        }
    }
}
