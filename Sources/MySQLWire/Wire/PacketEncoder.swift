package import NIOCore

/// Puts headers before a payload, and splits one of 2^24 - 1 bytes or more.
package enum PacketEncoder {
    /// A COM_QUERY in one packet, written once; nil where it needs several.
    static func query(_ sql: String, capabilities: CapabilityFlags) -> ByteBuffer? {
        let attributes: UInt32 = capabilities.contains(.queryAttributes) ? 2 : 0
        let length = 1 + Int(attributes) + sql.utf8.count
        guard length < PacketFramer.maximumPacket else { return nil }
        var framed = ByteBuffer()
        framed.reserveCapacity(PacketFramer.headerLength + length)
        framed.writeLittle(UInt32(length))
        framed.writeInteger(UInt8(0x03))
        // No attributes, in one set.
        if attributes > 0 { framed.writeLittle(UInt16(0x0100)) }
        framed.writeString(sql)
        return framed
    }

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
