import Foundation
import Testing

/// Nothing but SQLText makes SQL of a value or a name: every part of every SQL text in Sources goes through it, or is
/// listed in ``ReviewedSQL``, because somebody looked at where it comes from.
@Suite struct SQLSourcesTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources").standardizedFileURL

    /// A text that is SQL: it holds a keyword of it, a function's call, or compares something that is interpolated; or
    /// it is nothing but quotes around something.
    private static func isSQL(_ text: String) -> Bool {
        let words =
            #/\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|SET|SHOW|CHANGE|START|STOP|RESET|FLUSH|LOCK|UNLOCK|USE|CALL|GRANT|PURGE|KILL|FROM|WHERE|VALUES|INTO|LIMIT|BY|AND|IN|AS|TABLE|CHANNEL|EVERY|STARTS|ENDS|COMMENT|DEFINER|COMPLETION|SAVEPOINT|DO|SOURCE_[A-Z_]+)\b/#
        let functions = #/\b[A-Z][A-Z_0-9]+\(/#
        let comparisons = #/◦ (=|<|>|<=|>=|IS|LIKE|BETWEEN) /#
        let quotes = #/^[a-z_]?['`]?◦[^a-zA-Z]*['`][^a-zA-Z]*$|^[a-z_]?['`]◦[^a-zA-Z]*$/#
        return text.contains(words) || text.contains(functions) || text.contains(comparisons) || text.contains(quotes)
    }

    private static func isSafe(_ part: String) -> Bool {
        let call = part.hasPrefix("try ") ? String(part.dropFirst(4)) : part
        guard let open = call.firstIndex(of: "("),
            ["SQLText.literal", "SQLText.identifier", "quoted"].contains(call[..<open])
        else { return false }
        // The call is all of it.
        var depth = 0
        let end = call[open...].firstIndex { character in
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            return depth == 0
        }
        return end == call.indices.last
    }

    static func unsafeParts(of source: String) -> [String] {
        SwiftLiterals(source).found.flatMap { literal in
            let unsafe = literal.parts.filter { !isSafe($0) }
            return !unsafe.isEmpty && isSQL(literal.text) ? unsafe : []
        }
    }

    @Test func `The scan finds what is put into SQL by hand, and only that`() {
        let source = ##"""
            let a = "SELECT * FROM t WHERE n = \(number)" // "SELECT \(comment)"
            let b = "SELECT \(SQLText.literal(text)), \(try SQLText.identifier(f("a", (1))))"
            let c = "DELETE FROM \(isX ? "a" : "b \(inner)") WHERE '\(value)'" + more
            let d = """
                UPDATE \(quoted(table)) \
                SET x = \(SQLText.literal(a) + b)
                """
            let e = names.map { "'\($0)'" }
            let f = "no SQL: \(anything)" + "more"
            let g = #"SHOW "\#(raw)" \(text)"#
            let h = "CONCAT(\(column))"
            let i = "\(column) = 1"
            /* "SELECT \(hidden)" */
            """##
        #expect(
            Self.unsafeParts(of: source) == [
                "number", #"isX ? "a" : "b \(inner)""#, "value", "+ more", "SQLText.literal(a) + b", "$0", "raw",
                "column", "column",
            ]
        )
    }

    @Test func `Every part of an SQL text in Sources is quoted, or was looked at`() throws {
        var found: [String: Set<String>] = [:]
        let files = try #require(
            FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil)
        ).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        #expect(files.count > 300)
        for file in files {
            let parts = Set(Self.unsafeParts(of: try String(contentsOf: file, encoding: .utf8)))
            let name = file.path.dropFirst(Self.sources.path.count + 1)
            if !parts.isEmpty { found[String(name)] = parts }
        }
        for (file, parts) in found {
            let new = parts.subtracting(ReviewedSQL.all[file] ?? []).sorted()
            #expect(new.isEmpty, "\(file): use SQLText, or look at it and add it to ReviewedSQL: \(new)")
        }
        for (file, parts) in ReviewedSQL.all {
            let gone = parts.subtracting(found[file] ?? []).sorted()
            #expect(gone.isEmpty, "\(file): is there no more: \(gone)")
        }
    }
}
