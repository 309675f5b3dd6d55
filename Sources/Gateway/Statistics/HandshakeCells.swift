internal import Reactor

/// TLS handshakes with clients on one worker, by listener: only the worker writes them and anyone may read.
final class HandshakeCells: Sendable {
    /// One cache line: sessions by version and protocol, then those that took up another and those that came to nothing.
    private enum Layout: SlotLayout {
        static let wordsPerSlot = 8
        static let slotsPerPage = 64
        static let pageLimit = 64
    }

    private static let resumedWord = HandshakeCounters.Session.allCases.count
    private static let failedWord = resumedWord + 1

    private let pages = SlotPages<Layout>()

    /// Makes room for so many listeners; for the worker alone.
    func reserve(_ limit: Int) { pages.reserve(limit) }

    /// Counts a handshake that has succeeded; for the worker alone.
    func add(_ session: TLSSession, to listener: Int) {
        guard let words = pages.words(of: listener) else { return }
        let kind = HandshakeCounters.Session(isLatest: session.isLatest, agreed: session.agreedProtocol)
        words.add(1, at: Int(kind.rawValue))
        if session.isResumed { words.add(1, at: Self.resumedWord) }
    }

    /// Counts one that came to nothing; for the worker alone.
    func addFailure(to listener: Int) { pages.words(of: listener)?.add(1, at: Self.failedWord) }

    /// A listener's handshakes as they stand; for any thread.
    func read(_ listener: Int, into counters: inout HandshakeCounters) {
        guard let words = pages.words(of: listener) else { return }
        counters.resumed &+= words[Self.resumedWord]
        counters.failed &+= words[Self.failedWord]
        for session in HandshakeCounters.Session.allCases {
            counters.sessions[Int(session.rawValue)] &+= words[Int(session.rawValue)]
        }
    }
}
