import TestSupport

/// A column of a random type, with the means to make values for it and to ask the server what they are.
struct RandomColumn {
    /// How the server says what it holds, by means other than sending the value.
    enum Witness {
        /// As text, which the decoded value's own text has to be.
        case text
        /// As the number of a BIT.
        case number
        case double
        /// The bytes.
        case hex
        /// The bytes of the text in UTF-8.
        case hexText

        func sql(_ column: String) -> String {
            switch self {
            case .text: "CAST(\(column) AS CHAR)"
            case .number: "\(column) + 0"
            case .double: "CAST(\(column) AS DOUBLE)"
            case .hex: "HEX(\(column))"
            case .hexText: "HEX(CONVERT(\(column) USING utf8mb4))"
            }
        }
    }

    enum Flavour: Sendable {
        case mysql
        /// - Parameter hasVector: 11.7 and later.
        case mariaDB(hasVector: Bool)
    }

    let definition: String
    let witness: Witness
    let isNullable: Bool
    private let make: (inout SeededGenerator) -> String

    /// A literal; out of the type's range too, for which the server then puts something else.
    func literal(_ random: inout SeededGenerator) -> String {
        isNullable && Int.random(in: 0..<8, using: &random) == 0 ? "NULL" : make(&random)
    }

    static func any(_ flavour: Flavour, _ random: inout SeededGenerator) -> RandomColumn {
        let kinds = [integer, decimal, float, bit, temporal, text, text, bytes, choice, json, geometry]
        let isNullable = Int.random(in: 0..<3, using: &random) > 0
        var (type, witness, make): Made
        switch Int.random(in: 0..<(kinds.count + 2), using: &random) {
        case kinds.indices.upperBound...: (type, witness, make) = special(flavour, &random)
        case let kind: (type, witness, make) = kinds[kind](&random)
        }
        // The first TIMESTAMP of an old dialect would take the current time for NULL.
        if type.hasPrefix("TIMESTAMP"), isNullable { type += " NULL" }
        return RandomColumn(
            definition: type + (isNullable ? "" : " NOT NULL"),
            witness: witness,
            isNullable: isNullable,
            make: make
        )
    }

    private typealias Made = (String, Witness, (inout SeededGenerator) -> String)

    private static func integer(_ random: inout SeededGenerator) -> Made {
        let type = ["TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT"].randomElement(using: &random) ?? "INT"
        let sign = Bool.random(using: &random) ? " UNSIGNED" : ""
        return (
            type + sign, .text,
            { random in
                let bits = UInt64.random(in: 0 ... .max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
                return (Int.random(in: 0..<3, using: &random) == 0 ? "-" : "") + String(bits)
            }
        )
    }

    private static func digits(_ count: Int, _ random: inout SeededGenerator) -> String {
        String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &random))) })
    }

    private static func decimal(_ random: inout SeededGenerator) -> Made {
        let precision = Int.random(in: 1...65, using: &random)
        let scale = Int.random(in: 0...min(30, precision), using: &random)
        return (
            "DECIMAL(\(precision),\(scale))", .text,
            { random in
                let sign = Bool.random(using: &random) ? "-" : ""
                let whole = digits(Int.random(in: 0...(precision - scale), using: &random), &random)
                return "\(sign)0\(whole).\(digits(scale, &random))0"
            }
        )
    }

    private static func float(_ random: inout SeededGenerator) -> Made {
        let isDouble = Bool.random(using: &random)
        return (
            isDouble ? "DOUBLE" : "FLOAT", .double,
            { random in
                let value =
                    isDouble
                    ? Double(bitPattern: UInt64.random(in: 0..<0x7FE0_0000_0000_0000, using: &random))
                    : Double(Float(bitPattern: UInt32.random(in: 0..<0x7F00_0000, using: &random)))
                return (Bool.random(using: &random) ? "-" : "") + "\(value)".lowercased().replacing("e+", with: "e")
                    + ("\(value)".contains("e") ? "" : "e0")
            }
        )
    }

    private static func bit(_ random: inout SeededGenerator) -> Made {
        let width = Int.random(in: 1...64, using: &random)
        return (
            "BIT(\(width))", .number,
            { random in
                "b'" + String((0..<width).map { _ in Bool.random(using: &random) ? "1" : "0" }) + "'"
            }
        )
    }

    private static func temporal(_ random: inout SeededGenerator) -> Made {
        let digits = Int.random(in: 0...6, using: &random)
        func two(_ range: ClosedRange<Int>, _ random: inout SeededGenerator) -> String {
            let number = Int.random(in: range, using: &random)
            return number < 10 ? "0\(number)" : "\(number)"
        }
        func clock(_ random: inout SeededGenerator) -> String {
            "\(two(0...59, &random)):\(two(0...59, &random)).\(Self.digits(6, &random))"
        }
        func date(_ years: ClosedRange<Int>, _ random: inout SeededGenerator) -> String {
            "\(Int.random(in: years, using: &random))-\(two(1...12, &random))-\(two(1...28, &random))"
        }
        func orZero(_ text: String, _ random: inout SeededGenerator) -> String {
            Int.random(in: 0..<6, using: &random) == 0 ? "'0000-00-00'" : "'\(text)'"
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            return (
                "DATE", .text,
                { random in
                    let some = "\(Int.random(in: 1000...9999, using: &random))-\(two(0...12, &random))-00"
                    return orZero(Bool.random(using: &random) ? date(1000...9999, &random) : some, &random)
                }
            )
        case 1:
            return (
                "DATETIME(\(digits))", .text,
                { random in
                    orZero("\(date(1000...9998, &random)) \(two(0...23, &random)):\(clock(&random))", &random)
                }
            )
        case 2:
            return (
                "TIMESTAMP(\(digits))", .text,
                { random in
                    orZero("\(date(1971...2037, &random)) \(two(0...23, &random)):\(clock(&random))", &random)
                }
            )
        case 3:
            return (
                "TIME(\(digits))", .text,
                { random in
                    let sign = Bool.random(using: &random) ? "-" : ""
                    return "'\(sign)\(Int.random(in: 10...840, using: &random)):\(clock(&random))'"
                }
            )
        default: return ("YEAR", .text, { random in "\(Int.random(in: 1900...2156, using: &random))" })
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "''") + "'"
    }

    private static func letters(_ count: Int, _ random: inout SeededGenerator) -> String {
        let alphabet: [Character] = ["a", "Z", " ", "é", "漢", "🐬", "'", "\\", "\"", "%", "\n", "\t", "0", "ß"]
        return String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "a" })
    }

    private static func text(_ random: inout SeededGenerator) -> Made {
        let length = Int.random(in: 1...60, using: &random)
        let type =
            ["CHAR(\(length))", "VARCHAR(\(length))", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT"]
            .randomElement(using: &random) ?? "TEXT"
        let set =
            ["utf8mb4", "utf8mb4", "utf8mb3", "latin1", "ascii", "utf16", "ucs2", "gbk", "sjis", "cp1251"]
            .randomElement(using: &random) ?? "utf8mb4"
        return (
            "\(type) CHARACTER SET \(set)", .hexText,
            { random in quoted(letters(Int.random(in: 0...length, using: &random), &random)) }
        )
    }

    private static func bytes(_ random: inout SeededGenerator) -> Made {
        let length = Int.random(in: 1...60, using: &random)
        let type =
            ["BINARY(\(length))", "VARBINARY(\(length))", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB"]
            .randomElement(using: &random) ?? "BLOB"
        return (
            type, .hex,
            { random in
                let count = Int.random(in: 0...length, using: &random)
                return "x'" + (0..<count).map { _ in hex(UInt8.random(in: 0...255, using: &random)) }.joined() + "'"
            }
        )
    }

    static func hex(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }

    private static func choice(_ random: inout SeededGenerator) -> Made {
        let count = Int.random(in: 1...64, using: &random)
        let members = (0..<count).map { "\(["m", "é", "漢", "x y"].randomElement(using: &random) ?? "m")\($0)" }
        let list = members.map(quoted).joined(separator: ", ")
        let isSet = Bool.random(using: &random)
        return (
            "\(isSet ? "SET" : "ENUM")(\(list))", .hexText,
            { random in
                guard isSet else { return quoted(members.randomElement(using: &random) ?? "") }
                return quoted(members.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }.joined(separator: ","))
            }
        )
    }

    private static func json(_ random: inout SeededGenerator) -> Made {
        (
            "JSON", .hexText,
            { random in
                let text = letters(Int.random(in: 0...20, using: &random), &random).replacing("\\", with: "\\\\")
                    .replacing("\"", with: "\\\"").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
                return quoted(
                    "{\"a\": [\(Int.random(in: -9...9, using: &random)), null, 1.5], \"b\": \"\(text)\"}"
                )
            }
        )
    }

    private static func geometry(_ random: inout SeededGenerator) -> Made {
        (
            "GEOMETRY", .hex,
            { random in
                let points = (0..<Int.random(in: 2...9, using: &random)).map { _ in
                    "\(Int.random(in: -99...99, using: &random)) \(Double.random(in: -9...9, using: &random))"
                }
                return "ST_GeomFromText('LINESTRING(\(points.joined(separator: ", ")))')"
            }
        )
    }

    /// What only the one kind of server has.
    private static func special(_ flavour: Flavour, _ random: inout SeededGenerator) -> Made {
        func vector(_ function: String, _ random: inout SeededGenerator) -> Made {
            let dimensions = Int.random(in: 1...40, using: &random)
            return (
                "VECTOR(\(dimensions))", .hex,
                { random in
                    let numbers = (0..<dimensions).map { _ in "\(Float.random(in: -9...9, using: &random))" }
                    return "\(function)('[\(numbers.joined(separator: ","))]')"
                }
            )
        }
        guard case .mariaDB(let hasVector) = flavour else { return vector("TO_VECTOR", &random) }
        switch Int.random(in: 0..<(hasVector ? 4 : 3), using: &random) {
        case 0:
            return (
                "INET6", .text,
                { random in
                    let words = (0..<8).map { _ in
                        String(
                            UInt16.random(in: 0...9, using: &random) == 0
                                ? 0 : UInt16.random(in: 0 ... .max, using: &random),
                            radix: 16
                        )
                    }
                    return "'\(words.joined(separator: ":"))'"
                }
            )
        case 1:
            return (
                "INET4", .text,
                { random in
                    "'" + (0..<4).map { _ in "\(UInt8.random(in: 0...255, using: &random))" }.joined(separator: ".")
                        + "'"
                }
            )
        case 2:
            return (
                "UUID", .text,
                { random in
                    let digits = (0..<16).map { _ in hex(UInt8.random(in: 0...255, using: &random)) }.joined()
                    return "'\(digits)'"
                }
            )
        default: return vector("VEC_FromText", &random)
        }
    }
}
