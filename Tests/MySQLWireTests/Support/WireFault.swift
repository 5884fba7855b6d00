/// What goes wrong with what a scripted server sends on its first connection. Packets and bytes count from 0; the greeting
/// is packet 0.
enum WireFault: Sendable {
    /// Stops before this packet, until ``PausePoint`` says how to go on.
    case pause(before: Int, PausePoint)
    /// An ERR 1317 in place of this packet and of what follows on it in the same answer.
    case error(packet: Int)
    /// Closes the connection behind so many bytes.
    case cut(after: Int)
    /// Other bits in one byte.
    case flip(byte: Int, mask: UInt8)
    case drop(packet: Int)
    case `repeat`(packet: Int)
    /// The packet comes behind the next one of the same answer.
    case swap(packet: Int)
    /// The packet has the number of the one behind it.
    case renumber(packet: Int)
}
