internal import MySQLWire

/// Turns cells of a ``TableSelect`` into values for reports.
struct RowDecoder: Sendable {
    let select: TableSelect
    /// What an ENUM or SET column may hold, by column.
    private let members: [Int: [String]]

    init(_ select: TableSelect) {
        self.select = select
        var members: [Int: [String]] = [:]
        for index in select.columns {
            let column = select.table.columns[index]
            if column.kind == .enumeration || column.kind == .set {
                members[index] = TypeMembers.parse(column.columnType)
            }
        }
        self.members = members
    }

    /// - Parameter limit: how many bytes of a value are kept; what is longer is cut, and marked.
    func image(_ row: MySQLRow, columns: [Int], limit: Int = .max) -> RowImage {
        RowImage(
            fields: columns.compactMap { column in
                select.cell(of: column).map { cell in
                    RowImage.Field(
                        column: select.table.columns[column].name,
                        value: value(row.bytes(at: cell), column: column, limit: limit)
                    )
                }
            }
        )
    }

    func value(_ bytes: [UInt8]?, column: Int, limit: Int = .max) -> RowValue {
        guard let bytes else { return .null }
        let info = select.table.columns[column]
        switch info.kind {
        case .integer, .bit:
            let text = String(decoding: bytes, as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? UInt64(text).map { .unsigned($0) } ?? .text(text)
        case .decimal, .float, .double, .temporal, .time:
            return .text(String(decoding: bytes, as: UTF8.self))
        case .enumeration, .set:
            let text = String(decoding: bytes, as: UTF8.self)
            guard let number = UInt64(text), let names = members[column] else { return .text(text) }
            return .text(info.kind == .set ? TypeMembers.set(number, names) : TypeMembers.enumeration(number, names))
        case .json:
            return CharacterSetText.decode(bytes, characterSet: "utf8mb4", limit: limit)
        case .text:
            return CharacterSetText.decode(bytes, characterSet: info.characterSet ?? "", limit: limit)
        case .bytes:
            return .bytes(Array(bytes.prefix(limit)))
        }
    }
}
