/// Where the text of a recording goes, in pieces.
package protocol RecordingSink: Sendable {
    func write(_ text: String)
    /// Nothing more will come.
    func finish()
}
