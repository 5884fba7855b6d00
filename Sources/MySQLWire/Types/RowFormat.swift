/// How the cells of a row are written.
public enum RowFormat: Sendable, Hashable {
    /// ProtocolText::ResultsetRow: what COM_QUERY returns. Every cell is text.
    case text
    /// ProtocolBinary::ResultsetRow: what a prepared statement returns. Numbers, dates and times are little-endian.
    case binary
}
