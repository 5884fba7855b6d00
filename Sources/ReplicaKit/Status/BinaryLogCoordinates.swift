/// A place in a server's binary log.
public struct BinaryLogCoordinates: Sendable, Hashable, Codable, CustomStringConvertible {
    public var file: String
    public var position: UInt64

    public init(file: String, position: UInt64) {
        self.file = file
        self.position = position
    }

    public var description: String { "\(file):\(position)" }

    /// The number at the end of the file's name; nil where there is none.
    public var fileNumber: UInt64? { file.split(separator: ".").last.flatMap { UInt64($0) } }

    /// Order within one server's log; nil where the two do not belong to one series of files.
    ///
    /// By number, not by text: `.1000000` comes after `.999999`.
    public func isBefore(_ other: BinaryLogCoordinates) -> Bool? {
        guard let left = fileNumber, let right = other.fileNumber,
            file.dropLast(file.split(separator: ".").last?.count ?? 0)
                == other.file.dropLast(other.file.split(separator: ".").last?.count ?? 0)
        else { return nil }
        return (left, position) < (right, other.position)
    }
}
