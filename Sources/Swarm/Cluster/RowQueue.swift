internal import Synchronization

/// Rows that several tasks take one after the other.
final class RowQueue: Sendable {
    private let rows: [JSONValue]
    private let taken = Mutex(0)

    init(_ rows: [JSONValue]) {
        self.rows = rows
    }

    /// The next row; nil when all are taken.
    func next() -> JSONValue? {
        taken.withLock { taken in
            guard taken < rows.count else { return nil }
            defer { taken += 1 }
            return rows[taken]
        }
    }
}
