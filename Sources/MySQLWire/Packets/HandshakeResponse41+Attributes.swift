internal import NIOCore

/// Connection attributes, as HandshakeResponse41 and COM_CHANGE_USER have them: the length of all, then for each its name
/// and value as length-encoded strings.
extension ByteBuffer {
    mutating func write(attributes: [HandshakeResponse41.Attribute]) {
        var pairs = ByteBuffer()
        for attribute in attributes {
            pairs.writeLengthEncoded(string: attribute.name)
            pairs.writeLengthEncoded(string: attribute.value)
        }
        writeLengthEncoded(bytes: pairs.readableBytesView)
    }
}

extension WireReader {
    mutating func connectionAttributes() throws(WireError) -> [HandshakeResponse41.Attribute] {
        var pairs = WireReader(try lengthEncodedBytes("attributes"), packet: packet)
        var attributes: [HandshakeResponse41.Attribute] = []
        while !pairs.isAtEnd {
            attributes.append(
                .init(
                    name: try pairs.lengthEncodedString("attribute name"),
                    value: try pairs.lengthEncodedString("attribute value")
                )
            )
        }
        return attributes
    }
}
