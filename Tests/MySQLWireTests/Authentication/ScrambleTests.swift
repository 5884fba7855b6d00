import Testing

@testable import MySQLWire

@Suite struct ScrambleTests {
    private let nonce = [UInt8](1...20)

    @Test func `caching_sha2_password matches a vector that was computed elsewhere`() throws {
        let scramble = try CachingSHA2Password.scramble(password: Secret("secret"), nonce: nonce)
        #expect(hex(scramble) == "746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9")
    }

    @Test func `caching_sha2_password does not put the nonce first, as several clients did`() throws {
        let scramble = try CachingSHA2Password.scramble(password: Secret("secret"), nonce: nonce)
        #expect(hex(scramble) != "d0611673ff7a4cfeb1b8645b5c43213bc7fec1d33a819126e8c5c65985b60d59")
    }

    @Test func `mysql_native_password matches a vector that was computed elsewhere`() throws {
        let scramble = try NativePassword.scramble(password: Secret("secret"), nonce: nonce)
        #expect(hex(scramble) == "b32bb3a583e1340c0a1108d58b1be49781ad8c2f")
    }

    @Test(arguments: [nil, Secret("")]) func `no password and the empty one give no bytes`(password: Secret?) throws {
        #expect(try CachingSHA2Password.scramble(password: password, nonce: nonce) == [])
        #expect(try NativePassword.scramble(password: password, nonce: nonce) == [])
    }

    @Test func `wiping empties the array and leaves other copies alone`() {
        var bytes: [UInt8] = [1, 2, 3]
        let kept = bytes
        bytes.wipe()
        #expect(bytes.isEmpty)
        #expect(kept == [1, 2, 3])
    }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
