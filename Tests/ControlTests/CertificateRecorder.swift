import Certificates
import Discovery
import Synchronization

@testable import Control

/// Shows certificates to nobody, remembers them, and lets a test wait for what it expects.
final class CertificateRecorder: CertificateInstaller {
    private struct State {
        var tables: [Int: CertificateTable] = [:]
        var installations = 0
        var standings: [CertificateStanding] = []
    }

    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init() {
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func install(certificates table: CertificateTable, at listenerIndex: Int) {
        state.withLock {
            $0.tables[listenerIndex] = table
            $0.installations += 1
        }
        ring.yield()
    }

    /// Remembers how things stand.
    func note(_ standing: CertificateStanding) {
        state.withLock { $0.standings.append(standing) }
        ring.yield()
    }

    /// How often a table was installed.
    var installations: Int { state.withLock { $0.installations } }
    /// All that was told, the oldest first.
    var standings: [CertificateStanding] { state.withLock { $0.standings } }
    /// What was told last.
    var standing: CertificateStanding { standings.last ?? CertificateStanding() }
    /// The subjects of the problems that stand now.
    var problems: [String] { standing.problems.map(\.subject) }

    /// The table of a listener, an empty one before the first.
    func table(_ listener: Int = 0) -> CertificateTable {
        state.withLock { $0.tables[listener] } ?? CertificateTable(fallback: .refuse)
    }

    /// What a client that asks for `host` is shown, by name; nil if it is refused.
    func shown(_ host: String, at listener: Int = 0) -> CertificateTable.Entry? {
        let table = table(listener)
        let set = Int(table.explain(host: host).set)
        return set < 0 ? nil : table.sets[set].entries.first
    }

    /// The fingerprint of that certificate.
    func fingerprint(_ host: String, at listener: Int = 0) -> String? {
        shown(host, at: listener)?.credential.facts.fingerprint
    }

    /// Waits until `condition` holds; the test's time limit ends it if it never does.
    ///
    /// For one task at a time.
    func until(_ condition: () -> Bool) async throws {
        if condition() { return }
        for await _ in bell where condition() { return }
        try Task.checkCancellation()
    }
}
