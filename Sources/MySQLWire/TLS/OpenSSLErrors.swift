internal import COpenSSL

/// OpenSSL's error queue belongs to the thread: it is emptied before each call, so that an old entry is not taken for
/// a new failure, and drained right after a failed one.
struct OpenSSLErrors: CustomStringConvertible {
    /// OpenSSL's text of the reasons, oldest first.
    private(set) var description = "no reason given"
    /// The reasons of the TLS library (`SSL_R_…`).
    private(set) var tlsReasons: Set<Int32> = []

    /// At most this many entries are told to the user.
    private static let maximumTexts = 3

    static func clear() {
        ERR_clear_error()
    }

    /// What is in the queue, which is empty afterwards.
    static func drain() -> OpenSSLErrors {
        var errors = OpenSSLErrors()
        var texts: [String] = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            if ERR_GET_LIB(code) == ERR_LIB_SSL { errors.tlsReasons.insert(ERR_GET_REASON(code)) }
            let text = text(code)
            if texts.count < maximumTexts, texts.last != text { texts.append(text) }
        }
        if !texts.isEmpty { errors.description = texts.joined(separator: "; ") }
        return errors
    }

    private static func text(_ code: UInt) -> String {
        if let text = ERR_reason_error_string(code) { return String(cString: text) }
        var buffer = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &buffer, buffer.count)
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "unknown error" }
    }
}
