import Synchronization

/// Numbers from 0 on, and then none.
final class PieceCounter: Sendable {
    private let next = Atomic(0)
    private let count: Int

    init(count: Int) {
        self.count = count
    }

    func take() -> Int? {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }
}
