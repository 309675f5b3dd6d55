internal import Synchronization

/// On which engines execs are that went through this manager; the oldest are forgotten where there is no room.
///
/// What a container's inspection tells of its execs may have been asked for before an exec was made, and read after.
final class ExecDirectory: Sendable {
    private struct Book {
        var addresses: [String: NodeAddress] = [:]
        var order: [String] = []
        var next = 0
    }

    private let capacity: Int
    private let book = Mutex(Book())

    /// One that remembers up to `capacity` execs, 1 or more.
    init(capacity: Int = 16_384) {
        self.capacity = max(1, capacity)
    }

    /// Notes where an exec is.
    func note(_ id: String, engine: NodeAddress) {
        book.withLock { book in
            guard book.addresses.updateValue(engine, forKey: id) == nil else { return }
            if book.order.count < capacity {
                book.order.append(id)
            } else {
                book.addresses[book.order[book.next]] = nil
                book.order[book.next] = id
            }
            book.next = (book.next + 1) % capacity
        }
    }

    /// Where an exec is; nil if it is not remembered.
    func engine(of id: String) -> NodeAddress? { book.withLock { $0.addresses[id] } }
}
