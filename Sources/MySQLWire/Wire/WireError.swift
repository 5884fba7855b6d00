/// Bytes that do not decode: in which packet, which field, at which offset of its payload.
package struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    package var packet: String
    package var field: String
    package var offset: Int
    package var reason: String

    package init(packet: String, field: String, offset: Int, reason: String) {
        self.packet = packet
        self.field = field
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "malformed \(packet): \(field) at byte \(offset): \(reason)" }
}
