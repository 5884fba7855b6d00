package import NIOCore

/// Puts headers before a payload, and splits one of 2^24 - 1 bytes or more.
package enum PacketEncoder {
    /// - Parameters:
    ///   - payload: of any length.
    ///   - sequence: the number of the first packet; on return, the number after the last one.
    package static func frame(_ payload: ByteBuffer, sequence: inout UInt8) -> ByteBuffer {
        var rest = payload
        var framed = ByteBuffer()
        framed.reserveCapacity(payload.readableBytes + PacketFramer.headerLength)
        while true {
            let length = min(rest.readableBytes, PacketFramer.maximumPacket)
            framed.writeLittle(UInt32(length) | UInt32(sequence) << 24)
            sequence &+= 1
            framed.writeImmutableBuffer(rest.readSlice(length: length) ?? ByteBuffer())
            // An exact multiple needs an empty packet to end it.
            if length < PacketFramer.maximumPacket { return framed }
        }
    }
}
