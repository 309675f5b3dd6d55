internal import Synchronization

/// A Go channel that a template ranges over: what is taken from it is gone.
public final class Channel: Sendable {
    /// The type of the elements.
    public let element: GoType

    private let source: Mutex<@Sendable () -> Value?>

    /// A channel of `element`, whose next value is what `next` returns; nil closes it.
    public init(of element: GoType, next: @escaping @Sendable () -> Value?) {
        self.element = element
        source = Mutex(next)
    }

    /// A channel of int64, counting from `low` to below `high`.
    public convenience init(from low: Int64, below high: Int64) {
        let counter = Mutex(low)
        self.init(of: .int64) {
            counter.withLock { next in
                guard next < high else { return nil }
                defer { next += 1 }
                return .int64(next)
            }
        }
    }

    /// The next value; nil when the channel is closed.
    public func receive() -> Value? { source.withLock { $0() } }
}
