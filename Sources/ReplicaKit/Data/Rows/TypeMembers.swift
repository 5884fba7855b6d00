/// The members of an ENUM or SET, out of its COLUMN_TYPE.
enum TypeMembers {
    /// `enum('a','b''c')` → `a`, `b'c`; nil for what does not read like that.
    static func parse(_ columnType: String) -> [String]? {
        guard let open = columnType.firstIndex(of: "("), columnType.last == ")" else { return nil }
        var members: [String] = []
        var current: String?
        var scalars = columnType[columnType.index(after: open)...].dropLast().unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "'" {
                if let member = current {
                    if scalars.first == "'" {
                        scalars.removeFirst()
                        current?.unicodeScalars.append(scalar)
                    } else {
                        members.append(member)
                        current = nil
                    }
                } else {
                    current = ""
                }
            } else if current != nil {
                current?.unicodeScalars.append(scalar)
            } else if scalar != "," {
                return nil
            }
        }
        return current == nil ? members : nil
    }

    /// The member of that index, counted from 1; index 0 is the empty error value.
    static func enumeration(_ number: UInt64, _ names: [String]) -> String {
        guard number > 0 else { return "" }
        guard number <= UInt64(names.count) else { return String(number) }
        return names[Int(number) - 1]
    }

    /// The members whose bits are set.
    static func set(_ number: UInt64, _ names: [String]) -> String {
        names.prefix(64).enumerated().filter { number & (1 << UInt64($0.offset)) != 0 }.map(\.element)
            .joined(separator: ",")
    }
}
