internal import Synchronization

/// How often each ``GatewayError`` was how a request ended, on one worker: only the worker writes and anyone may read.
///
/// Safety: the words live as long as the object, and each is atomic.
@safe
final class ErrorCells: @unchecked Sendable {
    private static let count = GatewayError.Kind.allCases.count
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    init() {
        unsafe words = .allocate(capacity: Self.count)
        for index in 0..<Self.count { unsafe (words + index).initialize(to: Atomic(0)) }
    }

    deinit { unsafe words.deallocate() }

    /// Counts one; for the worker alone.
    func add(_ kind: GatewayError.Kind) {
        unsafe (words + Int(kind.rawValue)).pointee.addAlone(1)
    }

    /// How many there were; for any thread.
    func read(_ kind: GatewayError.Kind) -> UInt64 {
        unsafe (words + Int(kind.rawValue)).pointee.load(ordering: .relaxed)
    }
}
