internal import NIOCore

// Safety: nothing is written after init but references, each of them once and atomically.
/// The columns of one result: a collection of their definitions, with a look-up by name made once for all its rows.
public final class MySQLColumns: @unchecked Sendable, RandomAccessCollection {
    /// How many there are.
    public let count: Int
    /// The same in the form that decoding needs, one for each; in memory of its own, where rows find it in one step.
    let traits: UnsafePointer<ColumnTraits>
    /// How each value lies in a binary row.
    let binaryWidths: UnsafePointer<BinaryWidth>
    /// As they came; empty for a caller's own.
    private let block: ColumnDefinitionBlock
    private let decoded = OnceReference<Kept<[ColumnDefinition]>>()
    private let texts = OnceReference<Kept<[String]>>()
    private let positions = OnceReference<Kept<[TextKey: Int]>>()

    private final class Kept<Value: Sendable>: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    /// Of what has no rows.
    static let none = MySQLColumns([])

    /// Columns of a caller's own, for tests and simulations.
    public init(_ definitions: [ColumnDefinition]) {
        block = ColumnDefinitionBlock()
        count = definitions.count
        (traits, binaryWidths) = Self.pointers(to: definitions.lazy.map { ColumnTraits($0) }, count: definitions.count)
        _ = decoded.value { Kept(definitions) }
    }

    init(_ block: ColumnDefinitionBlock) {
        self.block = block
        count = block.count
        (traits, binaryWidths) = Self.pointers(to: block.places.lazy.map(\.traits), count: block.count)
    }

    deinit {
        traits.deallocate()
        binaryWidths.deallocate()
    }

    private static func pointers(
        to traits: some Sequence<ColumnTraits>,
        count: Int
    ) -> (UnsafePointer<ColumnTraits>, UnsafePointer<BinaryWidth>) {
        let base = UnsafeMutablePointer<ColumnTraits>.allocate(capacity: count)
        let widths = UnsafeMutablePointer<BinaryWidth>.allocate(capacity: count)
        for (index, one) in traits.enumerated() {
            (base + index).initialize(to: one)
            (widths + index).initialize(to: one.binaryWidth)
        }
        return (UnsafePointer(base), UnsafePointer(widths))
    }

    /// In the result's order. Their texts are decoded when one of them is asked for, and kept then.
    public var definitions: [ColumnDefinition] { decoded.value { Kept(block.decoded()) }.value }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
    public subscript(position: Int) -> ColumnDefinition { definitions[position] }

    /// A column's ``ColumnDefinition/name``, without what else its definition says being decoded.
    public func name(at column: Int) -> String {
        texts.lent { $0.value[column] } ?? kept.value[column]
    }

    /// The first column of that name, spelt exactly so.
    public func index(named name: String) -> Int? {
        positions.value { Kept(Self.firstPositions(of: names)) }.value[TextKey(name)]
    }

    /// In the result's order; a name may come twice.
    public var names: [String] { kept.value }

    private var kept: Kept<[String]> {
        texts.value {
            Kept(
                decoded.value?.value.map { $0.name }
                    ?? (0..<count).map { block.withName(at: $0) { String(decoding: $0, as: UTF8.self) } }
            )
        }
    }

    private static func firstPositions(of names: [String]) -> [TextKey: Int] {
        var positions: [TextKey: Int] = [:]
        for (index, name) in names.enumerated() {
            let name = TextKey(name)
            if positions[name] == nil { positions[name] = index }
        }
        return positions
    }

    /// The packets that they came in, where those are remembered: not those of a freak.
    var packets: ByteBuffer? { block.byteCount <= 64 << 10 ? block.packets : nil }

    /// What they keep in memory, in bytes: about, and once their texts are decoded up to six times as much.
    var weight: Int {
        block.byteCount + count * MemoryLayout<ColumnPlace>.size + MemoryLayout<ColumnTraits>.size * count
    }
}
