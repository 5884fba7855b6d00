/// A transaction's global identifier: `uuid:number`, or `uuid:tag:number` since MySQL 8.3.
public struct BinlogGTID: Sendable, Hashable, CustomStringConvertible {
    /// The server's uuid: 16 bytes.
    public var source: [UInt8]
    /// Empty where there is none.
    public var tag: String
    /// The number of the transaction among those of its source and tag, from 1.
    public var number: UInt64

    /// From its parts; the text of them is ``description``.
    public init(source: [UInt8], tag: String = "", number: UInt64) {
        self.source = source
        self.tag = tag
        self.number = number
    }

    public var description: String {
        tag.isEmpty ? "\(Self.text(uuid: source)):\(number)" : "\(Self.text(uuid: source)):\(tag):\(number)"
    }

    /// The usual form of a uuid, in small letters, as the server prints it.
    package static func text(uuid: [UInt8]) -> String {
        var text = ""
        for (index, byte) in uuid.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text.append(hexDigits[Int(byte >> 4)])
            text.append(hexDigits[Int(byte & 15)])
        }
        return text
    }

    private static let hexDigits = Array("0123456789abcdef")
}
