extension TextTable {
    /// The table; on a terminal that is too narrow for it, a block for each row with a line for each cell, so that
    /// nothing of it is cut off.
    func renderedWhole(for terminal: Terminal) -> String {
        guard let width = terminal.width, naturalWidths.reduce(1, { $0 + $1 + 3 }) > width else {
            return rendered(for: terminal)
        }
        return rows.map { stacked($0).rendered(for: terminal) }.joined()
    }

    /// The first cell is the title; cells without text are left out.
    private func stacked(_ row: [Cell]) -> VerticalList {
        var list = VerticalList(title: row.first?.raw ?? "")
        for (column, cell) in zip(columns, row).dropFirst() where !cell.raw.isEmpty {
            list.add(column.title, cell.raw, style: cell.style)
        }
        return list
    }
}
