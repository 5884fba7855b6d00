/// A JSON document of a row.
public struct BinlogJSON: Sendable, Hashable {
    /// What SELECT prints.
    public var text: String
    /// The document in the server's binary form.
    public var binary: [UInt8]
    /// False where the document holds values that JSON text has no form for (DECIMAL, temporal, binary): read back
    /// from the text they become numbers and strings.
    public var isTextExact: Bool

    /// A value of a caller's own, for tests and simulations.
    public init(text: String, binary: [UInt8], isTextExact: Bool) {
        self.text = text
        self.binary = binary
        self.isTextExact = isTextExact
    }

    init(binary: [UInt8]) throws(WireError) {
        var decoder = BinlogJSONDecoder(binary)
        text = try decoder.document()
        isTextExact = decoder.isTextExact
        self.binary = binary
    }
}
