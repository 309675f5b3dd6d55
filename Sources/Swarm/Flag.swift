internal import Synchronization

/// Something that once it happened has happened.
final class Flag: Sendable {
    private let value = Atomic(false)

    init() {}

    /// Whether it has.
    var isSet: Bool { value.load(ordering: .acquiring) }

    /// It has.
    func set() { value.store(true, ordering: .releasing) }
}
