package import NIOCore

/// The definitions of one result's columns as they came; what only a reader of names and tables wants is decoded when it is
/// asked for.
package struct ColumnDefinitionBlock: Sendable {
    /// A copy: a result that is kept does not hold on to what else was read with its columns.
    private var bytes = ByteBuffer()
    private(set) var places: [ColumnPlace] = []
    private var isOneRun = true

    package init() {}

    package var count: Int { places.count }
    /// Of all definitions, in bytes; with headers of some of them.
    package var byteCount: Int { bytes.readableBytes }

    /// One payload. Its error says what is wrong with it.
    package mutating func append(_ payload: ByteBuffer) throws(WireError) {
        let place = payload.withUnsafeReadableBytes { ColumnPlace(scanning: $0, offset: bytes.writerIndex) }
        guard let place else {
            _ = try ColumnDefinition.decode(payload)
            throw WireError(packet: "ColumnDefinition41", field: "payload", offset: 0, reason: "no definition")
        }
        isOneRun = false
        places.append(place)
        bytes.writeImmutableBuffer(payload)
    }

    /// One payload of packets that lie behind one another; false, and nothing changed, where it is something else.
    ///
    /// - Parameter offset: of the payload in what will be told to ``append(noted:)``.
    @inline(__always)
    package mutating func note(_ payload: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard let place = ColumnPlace(scanning: payload, offset: bytes.writerIndex + offset) else { return false }
        places.append(place)
        return true
    }

    /// The packets whose payloads were noted, headers included.
    package mutating func append(noted packets: ByteBuffer) {
        if bytes.readableBytes > 0 { isOneRun = false }
        bytes.writeImmutableBuffer(packets)
    }

    /// All packets as they came, headers included, where they came behind one another.
    var packets: ByteBuffer? { isOneRun && places.count > 0 ? bytes : nil }

    /// All of them, whole.
    package func decoded() -> [ColumnDefinition] {
        places.map { place in
            // Cannot fail: a place is that of a payload which is one.
            guard let payload = bytes.getSlice(at: Int(place.offset), length: Int(place.length)),
                let definition = try? ColumnDefinition.decode(payload)
            else { return ColumnDefinition(name: "") }
            return definition
        }
    }

    /// Lends a name as it came.
    func withName<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let place = places[index]
        return bytes.withUnsafeReadableBytes { all in
            let start = Int(place.offset) + Int(place.nameOffset)
            return body(UnsafeRawBufferPointer(rebasing: all[start..<start + Int(place.nameLength)]))
        }
    }
}
