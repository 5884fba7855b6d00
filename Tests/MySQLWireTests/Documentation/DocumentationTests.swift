import Foundation
import Testing

/// What documentation refers to is there. `scripts/docs` looks at the links to symbols, with the compiler's help.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL

    private static func files(_ folder: String, _ suffix: String) throws -> [URL] {
        let found = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return try #require(found).compactMap { $0 as? URL }.filter { $0.pathExtension == suffix }
    }

    private static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    private static func articles() throws -> [URL] { try files("Sources/MySQLWire/MySQLWire.docc", "md") }

    @Test func `each snippet of an article is in Snippets, and each one there is in an article`() throws {
        var there: Set<String> = []
        for file in try Self.files("Snippets", "swift") {
            let name = file.deletingPathExtension().lastPathComponent
            for match in try Self.text(file).matches(of: #/// snippet\.(\w+)/#)
            where !["end", "hide", "show"].contains(match.1) {
                #expect(there.insert("\(name) \(match.1)").inserted, "\(name) has two slices \(match.1)")
            }
        }
        var shown: Set<String> = []
        for article in try Self.articles() {
            let text = try Self.text(article)
            let snippets = text.matches(of: #/@Snippet\(path: "replica-kit/Snippets/(\w+)", slice: "(\w+)"\)/#)
            #expect(snippets.count == text.matches(of: #/@Snippet/#).count, "\(article.lastPathComponent)")
            for match in snippets { shown.insert("\(match.1) \(match.2)") }
        }
        #expect(shown == there)
        #expect(shown.count > 20)
    }

    @Test func `each article is on the landing page, and each link to an article leads to one`() throws {
        let articles = try Self.articles()
        let names = Set(articles.map { $0.deletingPathExtension().lastPathComponent })
        var linked: Set<String> = []
        for article in articles {
            for match in try Self.text(article).matches(of: #/<doc:(\w+)>/#) {
                #expect(names.contains(String(match.1)), "\(article.lastPathComponent) links \(match.1)")
                if article.lastPathComponent == "MySQLWire.md" { linked.insert(String(match.1)) }
            }
        }
        #expect(linked == names.subtracting(["MySQLWire"]))
    }

    /// Parts of other packets, which name theirs.
    private static let parts: Set<String> = [
        "ColumnDefinition+Wire", "Command+Name", "HandshakeResponse41+Attributes", "StatementExecute+Decode",
    ]

    @Test func `each packet names its page of the manual and its fields`() throws {
        for file in try Self.files("Sources/MySQLWire/Packets", "swift") {
            let name = file.deletingPathExtension().lastPathComponent
            guard !Self.parts.contains(name) else { continue }
            let text = try Self.text(file)
            let start = try #require(text.firstRange(of: #/(?m)^(package |public )?(struct|enum) /#), "\(name)")
            let comment = text[..<start.lowerBound]
            #expect(
                comment.contains(#/https://dev\.mysql\.com/doc/dev/mysql-server/latest/(page|group)_\w+\.html/#),
                "\(name)"
            )
        }
    }

    /// What a protocol of the standard library or of this one documents.
    private static var inherited: some RegexComponent {
        #/\b(description|debugDescription|customMirror|mysqlValue|rawValue|startIndex|endIndex|makeAsyncIterator|AsyncIterator|typealias)\b|func ==|func next\(|func hash\(|init\((stringLiteral|stringInterpolation|literalCapacity|arrayLiteral|rawValue|_ cell)|appendLiteral|subscript\(position|func encode\(to|init\(from/#
    }

    /// The declarations that anybody can use and nobody has written about.
    private static func undocumented(_ source: String) -> [String] {
        var found: [String] = []
        var previous = ""
        /// The indentation of the cases of the enums that are open.
        var enums: [Int] = []
        for line in source.split(separator: "\n") {
            let indentation = line.prefix { $0 == " " }.count
            let text = line.dropFirst(indentation)
            while let last = enums.last, indentation < last { enums.removeLast() }
            let isCase = text.hasPrefix("case ") && indentation == enums.last
            if isCase || text.hasPrefix("public ") && !text.hasPrefix("public import "), !previous.hasPrefix("///"),
                text.firstMatch(of: inherited) == nil
            {
                found.append(String(text))
            }
            if text.hasPrefix("public enum ") || text.hasPrefix("public indirect enum ") {
                enums.append(indentation + 4)
            }
            // Attributes of a declaration stand between it and its comment.
            if !text.hasPrefix("@") { previous = String(text) }
        }
        return found
    }

    @Test func `the search finds what has no comment, and only that`() {
        let source = """
            /// A.
            public enum A: Sendable {
                case one
                /// Two.
                case two
                public var three: Int {
                    switch self {
                    case .one: 1
                    case .two: 2
                    }
                }
                @inlinable
                public func four() {}
            }
            internal enum B {
                case five
                public var description: String { "" }
            }
            /// C.
            @frozen
            public struct C {}
            """
        #expect(Self.undocumented(source) == ["case one", "public var three: Int {", "public func four() {}"])
    }

    @Test func `each public declaration of MySQLWire has a comment`() throws {
        for file in try Self.files("Sources/MySQLWire", "swift") {
            #expect(Self.undocumented(try Self.text(file)) == [], "\(file.lastPathComponent)")
        }
    }
}
