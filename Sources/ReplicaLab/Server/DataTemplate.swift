internal import FoundationEssentials
internal import Glibc
internal import ReplicaKit

/// A data directory as `mysqld --initialize` leaves it, made once for each version and copied for each server.
struct DataTemplate: Sendable {
    let directory: String

    /// Counts up when what goes into a template changes; an old one is then simply not used any more.
    private static let generation = 1

    /// Finds the template of this version in `cache`, or makes it.
    ///
    /// It is made aside and moved into place at the end: a template that is there is whole, and of two programs that
    /// make it at the same time the first one's stays.
    static func prepare(for program: ServerProgram, cache: String) async throws(LabError) -> DataTemplate {
        let files = FileManager.default
        let place = "\(cache)/templates/\(program.version)-\(generation)"
        if files.fileExists(atPath: place) { return DataTemplate(directory: place) }
        let aside = "\(cache)/templates/.new-\(UUID().uuidString)"
        do {
            try files.createDirectory(
                atPath: "\(cache)/templates",
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .file(path: "\(cache)/templates", reason: error.reasonOfSystem)
        }
        defer { try? files.removeItem(atPath: aside) }
        var arguments = [
            "--no-defaults", "--initialize-insecure", "--datadir=\(aside)",
            "--innodb-redo-log-capacity=\(ServerOptions.redoLogCapacity)", "--innodb-use-native-aio=OFF",
        ]
        if geteuid() == 0 { arguments.append("--user=root") }
        try await Program.run(program.path, arguments)
        // Two servers with one auto.cnf would have one server_uuid.
        try? files.removeItem(atPath: "\(aside)/auto.cnf")
        if rename(aside, place) != 0, !files.fileExists(atPath: place) {
            throw .file(path: place, reason: String(cString: strerror(errno)))
        }
        return DataTemplate(directory: place)
    }

    /// Makes a data directory of it; shares the blocks where the file system can.
    func copy(to directory: String) async throws(LabError) {
        try await Program.run("cp", ["-a", "--reflink=auto", "--sparse=always", self.directory, directory])
    }
}
