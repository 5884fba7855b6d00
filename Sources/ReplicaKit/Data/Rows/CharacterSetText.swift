/// Text of a column's own character set, for reports.
enum CharacterSetText {
    /// - Returns: text where the bytes are valid in a character set that is known here, otherwise the bytes.
    static func decode(_ bytes: [UInt8], characterSet: String, limit: Int) -> RowValue {
        let kept = bytes.count <= limit ? bytes : Array(bytes.prefix(limit))
        let text: String? =
            switch characterSet {
            case "utf8mb4", "utf8mb3", "utf8", "ascii": utf8(kept, isCut: kept.count < bytes.count)
            case "latin1": latin1(kept)
            case "utf16", "ucs2": utf16(kept)
            default: kept.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8(kept, isCut: false) : nil
            }
        guard let text else { return .bytes(kept) }
        return .text(kept.count < bytes.count ? text + "…" : text)
    }

    private static func utf8(_ bytes: [UInt8], isCut: Bool) -> String? {
        if let whole = String(validating: bytes, as: UTF8.self) { return whole }
        guard isCut else { return nil }
        // The cut may have gone through a character of up to four bytes.
        for dropped in 1...3 {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return nil
    }

    /// MySQL's latin1 is Windows-1252, its five holes filled with the control characters of the same number.
    private static func latin1(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            let scalar = (0x80...0x9F).contains(byte) ? windows1252[Int(byte) - 0x80] : Unicode.Scalar(byte)
            text.append(scalar)
        }
        return String(text)
    }

    private static func utf16(_ bytes: [UInt8]) -> String? {
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        return String(validating: units, as: UTF16.self)
    }

    private static let windows1252: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
        "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
        "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
        "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]
}
