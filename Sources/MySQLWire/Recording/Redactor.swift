package import NIOCore

/// Takes out of a packet what proves or reveals a password. What is put in its place depends on nothing secret: a
/// proof of fixed length becomes as many zeros, anything else one fixed word, so that not even the length is told.
///
/// The same bytes always become the same bytes, and redacting twice changes nothing: so a replay can compare what a
/// client sends with what was recorded.
package struct Redactor: Sendable {
    /// Stands where a password was sent in clear (inside TLS), as a NUL-terminated string.
    package static let marker = Array("redacted\0".utf8)

    private var statementWasSecret = false
    private var continuesSecret = false

    package init() {}

    /// - Parameters:
    ///   - kind: as `session` has just said of this packet.
    ///   - session: after the packet was observed.
    package mutating func redact(
        _ payload: ByteBuffer,
        _ kind: PacketKind,
        from sender: RecordingEntry.Sender,
        in session: SessionTracker
    ) -> ByteBuffer {
        switch (sender, kind) {
        case (.client, .handshakeResponse):
            return Self.handshakeResponse(payload, session)
        case (.client, .authenticationData):
            return ByteBuffer(bytes: Self.replacement(for: payload.readableBytes, session))
        case (.client, .command(let byte)):
            statementWasSecret = false
            return command(byte, payload)
        case (.client, .continuation):
            if !session.isLoggedIn || continuesSecret {
                return ByteBuffer(repeating: 0, count: payload.readableBytes)
            }
            return statement(payload)
        case (.server, .err) where statementWasSecret:
            // "... near 'the part with the password'"
            guard var packet = try? ERRPacket.decode(payload) else { return payload }
            packet.message = "redacted"
            return packet.encode()
        case (.server, .ok):
            return Self.withoutProof(payload)
        case (.server, .row) where statementWasSecret:
            // CREATE USER … IDENTIFIED BY RANDOM PASSWORD answers with the password.
            return Self.row(payload)
        default:
            return payload
        }
    }

    /// Bytes that are no whole packet.
    package func redact(
        raw bytes: ByteBuffer,
        from sender: RecordingEntry.Sender,
        in session: SessionTracker
    ) -> ByteBuffer {
        guard sender == .client else { return bytes }
        guard session.isLoggedIn, !continuesSecret else { return ByteBuffer(repeating: 0, count: bytes.readableBytes) }
        switch bytes.getInteger(at: bytes.readerIndex + PacketFramer.headerLength, as: UInt8.self) {
        case 0x11, 0x15: return ByteBuffer(repeating: 0, count: bytes.readableBytes)
        default: return StatementRedactor.redact(bytes) ?? bytes
        }
    }

    private mutating func command(_ byte: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
        continuesSecret = false
        switch byte {
        case 0x03, 0x16: return statement(payload)
        case 0x11:
            continuesSecret = true
            return Self.changeUser(payload)
        case 0x15: return Self.registerReplica(payload)
        default: return payload
        }
    }

    private mutating func statement(_ payload: ByteBuffer) -> ByteBuffer {
        guard let safe = StatementRedactor.redact(payload) else { return payload }
        statementWasSecret = true
        continuesSecret = payload.readableBytes == PacketFramer.maximumPacket
        return safe
    }

    private static func replacement(for count: Int, _ session: SessionTracker) -> [UInt8] {
        switch (session.plugin, count) {
        case (_, 0): return []
        case ("mysql_native_password", 20): return zeros(20)
        case ("caching_sha2_password", 32) where !session.wantsFullAuthentication: return zeros(32)
        case ("client_ed25519", 64), ("parsec", 96): return zeros(count)
        // What an RSA key of usual size makes.
        case (_, 128), (_, 256), (_, 384), (_, 512): return session.isInsideTLS ? marker : zeros(count)
        default: return marker
        }
    }

    private static func row(_ payload: ByteBuffer) -> ByteBuffer {
        guard let row = try? TextRow.decode(payload) else { return withheld(payload, keeping: 0) }
        return TextRow(cells: row.cells.map { $0.map { _ in ByteBuffer(string: "redacted") } }).encode()
    }

    /// A ``CertificateProof``: passwords can be tried on it as well. Session state may follow.
    private static func withoutProof(_ payload: ByteBuffer) -> ByteBuffer {
        let bytes = payload.readableBytesView
        let start = bytes.indices.first { index in
            guard bytes[index] == CertificateProof.header else { return false }
            let digits = bytes[(index + 1)...].prefix(CertificateProof.digits)
            return digits.count == CertificateProof.digits
                && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        }
        guard let start else { return payload }
        var safe = payload
        safe.setRepeatingByte(UInt8(ascii: "0"), count: CertificateProof.digits, at: start + 1)
        return safe
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    private static func handshakeResponse(_ payload: ByteBuffer, _ session: SessionTracker) -> ByteBuffer {
        var reader = WireReader(payload, packet: "HandshakeResponse41")
        let flags = CapabilityFlags(rawValue: payload.getInteger(at: payload.readerIndex, endianness: .little) ?? 0)
        do throws(WireError) {
            guard flags.contains(.protocol41) else { throw reader.error("capabilities", "before 4.1") }
            var safe = try reader.bytes(SSLRequest.length, "fixed fields")
            safe.writeNullTerminated(buffer: try reader.nullTerminated("user"))
            if flags.contains(.pluginAuthLengthEncoded) {
                let proof = try reader.lengthEncodedBytes("auth response")
                safe.writeLengthEncoded(bytes: replacement(for: proof.readableBytes, session))
            } else if flags.contains(.secureConnection) {
                let count = Int(try reader.integer("auth response length", as: UInt8.self))
                let proof = replacement(for: try reader.bytes(count, "auth response").readableBytes, session)
                safe.writeInteger(UInt8(truncatingIfNeeded: proof.count))
                safe.writeBytes(proof)
            } else {
                let proof = try reader.nullTerminatedOrRest("auth response")
                safe.writeBytes(proof.readableBytes == 0 ? [0] : marker)
            }
            safe.writeImmutableBuffer(reader.rest())
            return safe
        } catch {
            return withheld(payload, keeping: SSLRequest.length)
        }
    }

    /// COM_CHANGE_USER: `0x11, user NUL, length u8, auth, database NUL, …`.
    private static func changeUser(_ payload: ByteBuffer) -> ByteBuffer {
        var reader = WireReader(payload, packet: "COM_CHANGE_USER")
        do throws(WireError) {
            var safe = try reader.bytes(1, "command")
            safe.writeNullTerminated(buffer: try reader.nullTerminated("user"))
            let count = Int(try reader.integer("auth response length", as: UInt8.self))
            try reader.skip(count, "auth response")
            let proof = count == 20 || count == 32 ? zeros(count) : count == 0 ? [] : marker
            safe.writeInteger(UInt8(truncatingIfNeeded: proof.count))
            safe.writeBytes(proof)
            safe.writeImmutableBuffer(reader.rest())
            return safe
        } catch {
            return withheld(payload, keeping: 1)
        }
    }

    /// COM_REGISTER_SLAVE: `0x15, server id u32, host, user, password (each behind one byte of length), …`.
    private static func registerReplica(_ payload: ByteBuffer) -> ByteBuffer {
        var reader = WireReader(payload, packet: "COM_REGISTER_SLAVE")
        do throws(WireError) {
            var safe = try reader.bytes(5, "server id")
            for field in ["host", "user", "password"] {
                let count: UInt8 = try reader.integer(field)
                let text = try reader.bytes(Int(count), field)
                let isSecret = field == "password" && count > 0
                safe.writeInteger(isSecret ? UInt8(truncatingIfNeeded: marker.count) : count)
                if isSecret { safe.writeBytes(marker) } else { safe.writeImmutableBuffer(text) }
            }
            safe.writeImmutableBuffer(reader.rest())
            return safe
        } catch {
            return withheld(payload, keeping: 1)
        }
    }

    /// A packet in which the secret could not be found: all but its first bytes go.
    private static func withheld(_ payload: ByteBuffer, keeping count: Int) -> ByteBuffer {
        var safe = ByteBuffer()
        safe.writeBytes(payload.readableBytesView.prefix(count))
        safe.writeBytes(marker)
        return safe
    }
}

extension ByteBuffer {
    fileprivate mutating func writeNullTerminated(buffer: ByteBuffer) {
        writeImmutableBuffer(buffer)
        writeInteger(UInt8(0))
    }
}
