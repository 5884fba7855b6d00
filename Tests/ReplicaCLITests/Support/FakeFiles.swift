import Glibc

@testable import replica_cli

/// Files in memory.
struct FakeFiles {
    let contents: [String: String]
    let mode: UInt32

    init(_ contents: [String: String], mode: UInt32 = 0o100600) {
        self.contents = contents
        self.mode = mode
    }

    var access: FileAccess {
        FileAccess(
            read: { [contents] path throws(FileAccess.Failure) in
                guard let text = contents[path] else { throw FileAccess.Failure(path: path, errno: ENOENT) }
                return Array(text.utf8)
            },
            list: { [contents] path throws(FileAccess.Failure) in
                contents.keys.filter { $0.hasPrefix(path + "/") }.map { String($0.dropFirst(path.count + 1)) }.sorted()
            },
            mode: { [contents, mode] path in contents[path] == nil ? nil : mode }
        )
    }
}
