import Synchronization

@testable import Swarm

/// A request's body of given pieces, and of an error at their end.
final class PiecewiseBody: RequestBody {
    private let pieces: Mutex<ArraySlice<[UInt8]>>
    private let error: RequestError?

    init(_ pieces: [[UInt8]], error: RequestError? = nil) {
        self.pieces = Mutex(pieces[...])
        self.error = error
    }

    convenience init(_ text: String) { self.init(text.isEmpty ? [] : [Array(text.utf8)]) }

    func next() async throws(RequestError) -> [UInt8]? {
        if let piece = pieces.withLock({ $0.popFirst() }) { return piece }
        if let error { throw error }
        return nil
    }
}
