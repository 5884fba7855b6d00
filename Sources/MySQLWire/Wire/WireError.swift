/// Bytes that do not decode: in which packet, which field, at which offset of its payload.
package struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    package var packet: String
    package var field: String
    package var offset: Int
    package var reason: String
    /// Nothing is malformed; it is larger than what is accepted.
    package var isLimit = false

    package init(packet: String, field: String, offset: Int, reason: String, isLimit: Bool = false) {
        self.packet = packet
        self.field = field
        self.offset = offset
        self.reason = reason
        self.isLimit = isLimit
    }

    package var description: String {
        isLimit ? "\(packet): \(field): \(reason)" : "malformed \(packet): \(field) at byte \(offset): \(reason)"
    }
}
