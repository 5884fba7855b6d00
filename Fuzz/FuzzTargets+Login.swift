import MySQLWire
import NIOCore

extension FuzzTargets {
    /// Session state changes of an OK packet, and what becomes of the session's state with them.
    static func state(_ data: FuzzInput) {
        var input = data
        var state = MySQLSessionState()
        while !input.isAtEnd {
            let block = input.take(Int(input.byte()))
            guard let changes = try? SessionStateInformation.decode(block) else { continue }
            guard changes.count <= SessionStateInformation.maximumChanges else { fatalError("too many changes") }
            // What is written again must be read as the same.
            guard let again = try? SessionStateInformation.decode(SessionStateInformation.encode(changes)),
                again == changes
            else { fatalError("\(changes) are not what they were") }
            state.apply(changes)
        }
        guard state.systemVariables.count <= MySQLSessionState.maximumVariables else {
            fatalError("too many variables")
        }
    }

    /// One plugin after the other, with a server that says whatever it likes.
    static func authentication(_ data: FuzzInput) {
        var input = data
        let plugins = AuthenticationPlugin.all.sorted { $0.name < $1.name }
        func plugin() -> String { plugins[Int(input.byte()) % plugins.count].name }
        let steering = input.byte()
        var context = AuthenticationContext(
            password: steering & 1 == 0 ? Secret("secret") : nil,
            isSecureTransport: steering & 2 != 0,
            isEncrypted: steering & 4 != 0,
            isVerifiedPeer: steering & 8 != 0,
            getServerPublicKey: steering & 16 != 0,
            serverPublicKey: steering & 32 != 0 ? String(buffer: input.take(Int(input.byte()))) : nil,
            allowedPlugins: steering & 64 != 0 ? AuthenticationPlugin.all : AuthenticationPlugin.usual
        )
        if steering & 128 != 0 { context.additionalPasswords = [Secret("second")] }
        var machine = AuthenticationMachine(context: context)
        var hasFailed = false
        do {
            _ = try machine.begin(plugin: plugin(), nonce: Array(buffer: input.take(Int(input.byte() % 64))))
        } catch {
            hasFailed = true
        }
        while !input.isAtEnd {
            do {
                switch input.byte() {
                case 0..<120: _ = try machine.moreData(input.take(Int(input.byte())))
                case 120..<180:
                    _ = try machine.switchRequested(plugin: plugin(), data: input.take(Int(input.byte())))
                case 180..<220: _ = try machine.nextFactor(plugin: plugin(), data: input.take(Int(input.byte())))
                case 220..<230:
                    let name = String(buffer: input.take(Int(input.byte())))
                    _ = try machine.switchRequested(plugin: name, data: ByteBuffer())
                case 230..<240:
                    _ = machine.takesBareData(input.byte())
                    continue
                default: try machine.succeeded()
                }
                guard !hasFailed else { fatalError("it went on after its end") }
            } catch {
                hasFailed = true
            }
        }
    }
}
