#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The record of all operations of this user on this machine: a folder with one file for each, one JSON object a line.
///
/// Each line is on disk (fsync) before what it announces is done.
public struct Journal: Sendable {
    public var directory: String

    public init(directory: String) {
        self.directory = directory
    }

    /// `$XDG_STATE_HOME/replica-kit`, else `~/.local/state/replica-kit`.
    public static var defaultDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/replica-kit" }
        let home =
            environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? FileManager.default.homeDirectoryForCurrentUser.path
        return home + "/.local/state/replica-kit"
    }

    /// Opens the file of one operation for adding to it; an operation that is gone on with has one already.
    public func writer(for operation: String, _ kind: OperationKind) throws(OperationError) -> JournalWriter {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw OperationError(
                .journal,
                "cannot create the journal's folder \(directory): \(error.reasonOfSystem)"
            )
        }
        return try JournalWriter(path: path(of: operation), operation: operation, kind: kind)
    }

    /// The ids of all operations, the latest begun first.
    public func operations() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let ids = files.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(".jsonl".count)) }
        return ids.map { ($0, entries(of: $0).first?.time ?? 0) }.sorted { $0.1 > $1.1 }.map(\.0)
    }

    /// The lines of one operation; a line that was cut off by a crash is left out.
    public func entries(of operation: String) -> [JournalEntry] {
        guard let data = FileManager.default.contents(atPath: path(of: operation)) else { return [] }
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n")).compactMap {
            try? decoder.decode(JournalEntry.self, from: Data($0))
        }
    }

    /// Every anchor that was recorded here.
    public func anchors() -> AnchorHistory {
        AnchorHistory(operations().flatMap { entries(of: $0).compactMap(\.anchor) })
    }

    /// The plan of the latest operation, if it did not come to its end: its tool was killed, or it was left incomplete.
    public func interruptedPlan() -> Plan? {
        interruptedEntries().last { $0.entry == .begin }?.plan
    }

    /// The anchors of that operation: one that was killed may not have come to write them to the server.
    public func interruptedAnchors() -> [Anchor] { interruptedEntries().compactMap(\.anchor) }

    private func interruptedEntries() -> [JournalEntry] {
        guard let latest = operations().first else { return [] }
        let entries = entries(of: latest)
        if let last = entries.last, last.entry == .end, last.message != "incomplete" { return [] }
        return entries
    }

    /// Where an operation writes the rows that it takes away from a server, before it does.
    func savePath(of operation: String) -> String { "\(directory)/\(fileName(operation))-rows.sql" }

    private func path(of operation: String) -> String { "\(directory)/\(fileName(operation)).jsonl" }

    /// The id comes from a server's table where an operation is gone on with: it must not leave the folder.
    private func fileName(_ operation: String) -> String {
        operation.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
