internal import Synchronization

/// The latest requests, in the form in which workers left them to the access log.
///
/// The log's writer puts in what it took anyway, a piece at a time; nobody reads it until somebody asks. So it costs requests
/// nothing, and the writer a copy.
final class RecentRequests: Sendable {
    private struct State {
        /// The oldest first; those before `first` are forgotten.
        var pieces: [[UInt8]] = []
        var first = 0
        var octets = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    /// Names of listeners, by their places.
    private let listeners: [String]

    /// Keeps as many as lie in `limit` octets, some 300 each.
    init(limit: Int, listeners: [String] = []) {
        self.limit = limit
        self.listeners = listeners
    }

    /// Adds whole entries.
    func add(_ entries: [UInt8]) {
        guard !entries.isEmpty else { return }
        // Of its own, for the writer uses its memory again.
        let piece = unsafe entries.withUnsafeBufferPointer { unsafe Array($0) }
        state.withLock { state in
            state.pieces.append(piece)
            state.octets += piece.count
            while state.octets > limit, state.first < state.pieces.count - 1 {
                state.octets -= state.pieces[state.first].count
                state.pieces[state.first] = []
                state.first += 1
            }
            if state.first > 1_024 {
                state.pieces.removeFirst(state.first)
                state.first = 0
            }
        }
    }

    /// The latest request called `id`.
    func request(id: String) -> RecentRequest? {
        let wanted = Array(id.utf8)
        return latest(1) { $0.elementsEqual(wanted) }.first
    }

    /// The latest `count` requests that pass, the newest first.
    func latest(_ count: Int, where isWanted: (ArraySlice<UInt8>) -> Bool = { _ in true }) -> [RecentRequest] {
        let pieces = state.withLock { Array($0.pieces[$0.first...]) }
        var found: [RecentRequest] = []
        for piece in pieces.reversed() where found.count < count {
            var ofPiece: [RecentRequest] = []
            LogEntry.each(in: piece) { entry, texts in
                guard isWanted(texts.requestID) else { return }
                let place = Int(entry.listener)
                let listener = listeners.indices.contains(place) ? listeners[place] : ""
                ofPiece.append(RecentRequest(entry, texts, listener))
            }
            found += ofPiece.reversed().prefix(count - found.count)
        }
        return found
    }
}

extension Gateway {
    /// The latest request with this `X-Request-Id`; nil if it is not kept, or there is no access log.
    ///
    /// A request is known some milliseconds after its end; one that the log's `sample` leaves out never is.
    public func recentRequest(id: String) -> RecentRequest? { accessLog?.recent?.request(id: id) }

    /// The latest `count` requests, the newest first.
    public func recentRequests(_ count: Int) -> [RecentRequest] { accessLog?.recent?.latest(count) ?? [] }

    /// Whether requests are kept to be asked about.
    public var keepsRecentRequests: Bool { accessLog?.recent != nil }
}
