internal import Certificates
internal import Discovery

/// The OCSP answers at hand, and when each is asked for: from the middle of its time on, and after a failure again and again,
/// each time after twice as long.
///
/// Pure: time is given, in seconds since 1970, which is what answers are dated by.
struct StapleBook: Sendable {
    /// An answer is sent no more in its last seconds: clocks of clients differ.
    static let marginSeconds: Int64 = 300
    /// The wait after a first failure; doubled with each further one up to ``retryLimit``.
    static let retryFirst: Int64 = 60
    /// The longest wait.
    static let retryLimit: Int64 = 3_600
    /// Questions under way at once.
    static let questionLimit = 4

    /// A question to be asked, and whom it is about.
    struct Question: Sendable {
        var fingerprint: String
        var exchange: OCSPExchange
    }

    private struct Item: Sendable {
        var name: String
        var exchange: OCSPExchange?
        var staple: OCSPExchange.Staple?
        /// Why the last attempt failed, or why there can be none.
        var failure: String?
        var failures: Int64 = 0
        var nextTry: Int64 = 0
        var isAsked = false
    }

    private var items: [String: Item] = [:]

    /// Takes `entries` for all that want an answer; what is known of those that stay is kept.
    mutating func update(_ entries: [CertificateTable.Entry]) {
        var next: [String: Item] = [:]
        for entry in entries where entry.credential.facts.ocspResponder != nil {
            let fingerprint = entry.credential.facts.fingerprint
            guard next[fingerprint] == nil else { continue }
            if let item = items[fingerprint] {
                next[fingerprint] = item
                continue
            }
            var item = Item(name: entry.name)
            do {
                item.exchange = try OCSPExchange(entry.credential)
            } catch {
                item.failure = error.description
            }
            next[fingerprint] = item
        }
        items = next
    }

    /// What is to be asked now; it counts as asked until ``take(_:of:wall:)``.
    mutating func questions(wall: Int64) -> [Question] {
        var room = Self.questionLimit - items.values.count { $0.isAsked }
        var questions: [Question] = []
        for (fingerprint, item) in items.sorted(by: { ($0.value.nextTry, $0.key) < ($1.value.nextTry, $1.key) }) {
            guard room > 0, let exchange = item.exchange, !item.isAsked, item.nextTry <= wall else { continue }
            items[fingerprint]?.isAsked = true
            questions.append(Question(fingerprint: fingerprint, exchange: exchange))
            room -= 1
        }
        return questions
    }

    /// An answer's octets, or why there are none.
    mutating func take(_ answer: Result<[UInt8], StapleFailure>, of fingerprint: String, wall: Int64) {
        guard var item = items[fingerprint], let exchange = item.exchange else { return }
        item.isAsked = false
        do throws(StapleFailure) {
            let octets = try answer.get()
            let staple: OCSPExchange.Staple
            do {
                staple = try exchange.verify(octets, now: wall)
            } catch {
                throw StapleFailure(description: error.description)
            }
            item.staple = staple
            item.failure = nil
            item.failures = 0
            // A responder that hands out its last answer until the end is not asked without a pause.
            item.nextTry = max(staple.renewal, wall + Self.retryFirst)
        } catch {
            item.failure = error.description
            item.nextTry = wall + min(Self.retryFirst << min(item.failures, 8), Self.retryLimit)
            item.failures += 1
        }
        items[fingerprint] = item
    }

    /// The answer to send along with a certificate, nil if there is none that is good for a while.
    func staple(of fingerprint: String, wall: Int64) -> OCSPExchange.Staple? {
        guard let staple = items[fingerprint]?.staple, staple.goodUntil - Self.marginSeconds > wall else { return nil }
        return staple
    }

    /// When something is to be asked or dropped next.
    func nextTime(wall: Int64) -> Int64? {
        let isFull = items.values.count { $0.isAsked } >= Self.questionLimit
        return items.values.flatMap { item -> [Int64] in
            let ask = item.exchange == nil || item.isAsked || isFull ? nil : item.nextTry
            let drop = item.staple.map { $0.goodUntil - Self.marginSeconds }.flatMap { $0 > wall ? $0 : nil }
            return [ask, drop].compactMap { $0 }
        }.min()
    }

    /// Certificates that are shown without an answer although they name a responder, and why.
    func problems(wall: Int64) -> [DiscoveryProblem] {
        items.sorted { $0.key < $1.key }.compactMap { fingerprint, item in
            guard let failure = item.failure, staple(of: fingerprint, wall: wall) == nil else { return nil }
            return DiscoveryProblem(
                subject: "certificate \(item.name)",
                reason: "no OCSP answer is sent along: \(failure); tls: { ocsp: false } does without",
                provenance: nil, severity: item.exchange == nil ? .notice : .warning)
        }
    }
}

/// Why a responder gave no answer.
struct StapleFailure: Error, Sendable, CustomStringConvertible {
    let description: String
}
