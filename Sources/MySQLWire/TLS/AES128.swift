internal import COpenSSL

/// AES-128 in ECB mode, as `.mylogin.cnf` is scrambled with. It hides from a glance and protects nothing: the key
/// lies in the same file.
package enum AES128 {
    /// - Parameter key: 16 bytes.
    /// - Returns: the text without its PKCS #7 padding; nil where length or padding are wrong.
    package static func decrypt(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == 16, !bytes.isEmpty, bytes.count.isMultiple(of: 16), bytes.count <= 1 << 20,
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        ERR_clear_error()
        defer { ERR_clear_error() }
        var text = [UInt8](repeating: 0, count: bytes.count + 16)
        var (first, last): (Int32, Int32) = (0, 0)
        guard EVP_DecryptInit_ex(context, EVP_aes_128_ecb(), nil, key, nil) == 1,
            EVP_DecryptUpdate(context, &text, &first, bytes, Int32(bytes.count)) == 1
        else { return nil }
        let isWhole = text.withUnsafeMutableBytes { buffer in
            EVP_DecryptFinal_ex(
                context,
                buffer.baseAddress?.advanced(by: Int(first)).assumingMemoryBound(to: UInt8.self),
                &last
            )
        }
        guard isWhole == 1 else { return nil }
        return Array(text[..<(Int(first) + Int(last))])
    }
}
