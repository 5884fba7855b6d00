import NIOCore
import Testing

@testable import MySQLWire

@Suite struct HandshakeV10Tests {
    @Test func `the nonce is the first 20 bytes of both parts`() throws {
        let greeting = try HandshakeV10.decode(ByteBuffer(bytes: ConnectionMachineTests.greeting()))
        #expect(greeting.nonce == Array(1...20))
        #expect(greeting.serverVersion == "9.7.4")
        #expect(greeting.connectionID == 42)
        #expect(greeting.authenticationPlugin == "mysql_native_password")
    }

    @Test func `a plugin name without its NUL is read to the end`() throws {
        let bytes = ConnectionMachineTests.greeting().dropLast()
        #expect(try HandshakeV10.decode(ByteBuffer(bytes: bytes)).authenticationPlugin == "mysql_native_password")
    }

    @Test func `a greeting without the upper flags is a whole one`() throws {
        let bytes = ConnectionMachineTests.greeting()
        // The version, its NUL, the thread, eight bytes of the nonce, a filler, two of the flags.
        let end = 1 + "9.7.4".utf8.count + 1 + 4 + 8 + 1 + 2
        let greeting = try HandshakeV10.decode(ByteBuffer(bytes: bytes[..<end]))
        #expect(greeting.serverVersion == "9.7.4" && greeting.connectionID == 42)
        #expect(greeting.nonce == Array(1...8) + Array(repeating: 0, count: 12))
        #expect(greeting.capabilities.rawValue <= 0xFFFF && greeting.authenticationPlugin == nil)
    }

    @Test func `cut off at any byte it is an error or a shorter greeting, never a trap`() {
        let bytes = ConnectionMachineTests.greeting()
        var errors = 0
        for end in 0..<bytes.count {
            do { _ = try HandshakeV10.decode(ByteBuffer(bytes: bytes[..<end])) } catch { errors += 1 }
        }
        #expect(errors > 30)
    }

    @Test(arguments: [0, 1, 7, 8, 20, 21] as [UInt8])
    func `a length of the nonce of 21 and less is taken for 21, and the plugin is where it then is`(
        length: UInt8
    ) throws {
        var bytes = ConnectionMachineTests.greeting()
        let index = try #require(bytes.firstIndex(of: 21))
        bytes[index] = length
        let greeting = try HandshakeV10.decode(ByteBuffer(bytes: bytes))
        #expect(greeting.nonce == Array(1...20))
        #expect(greeting.authenticationPlugin == "mysql_native_password")
    }
}
