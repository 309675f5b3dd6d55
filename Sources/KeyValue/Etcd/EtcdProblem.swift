import FoundationEssentials

/// What etcd's errors mean for what may be done next.
enum EtcdProblem {
    /// What an answer with a status other than 200 stands for.
    static func failure(status: Int, body: [UInt8], what: String, server: String) -> RequestFailure {
        guard let answer = try? JSONDecoder().decode(EtcdErrorAnswer.self, from: Data(body)) else {
            return foreign(status: status, body: body, what: what, server: server)
        }
        return failure(answer, what: what, server: server)
    }

    /// What an error in etcd's words stands for.
    static func failure(_ answer: EtcdErrorAnswer, what: String, server: String) -> RequestFailure {
        let description = "\(what): \(server): \(excerpt(Array(answer.message.utf8)))"
        let has = { (text: String) in answer.message.contains(text) }
        if isAboutToken(answer.message) || has("permission denied") || has("authentication failed") {
            return RequestFailure(.final, .denied, "\(description): give USER:PASSWORD of one who may do this")
        }
        if has("database space exceeded") {
            return RequestFailure(
                .final, .unavailable, "\(description): compact and defragment it, then disarm its alarm with etcdctl")
        }
        if has("larger than max") || has("request is too large") {
            return RequestFailure(.final, .invalid, "\(description): smaller values, or etcd's --max-request-bytes")
        }
        switch answer.code {
        // Invalid argument, not found, already exists, failed precondition, unimplemented.
        case 3, 5, 6, 9, 12: return RequestFailure(.final, .invalid, description)
        case 7, 16: return RequestFailure(.final, .denied, description)
        // Out of range: a revision that was compacted, or is not there yet.
        case 11: return RequestFailure(.final, .unavailable, description)
        default: return RequestFailure(.answered, .unavailable, description)
        }
    }

    /// What an answer stands for that is none of etcd's JSON.
    private static func foreign(status: Int, body: [UInt8], what: String, server: String) -> RequestFailure {
        let text = excerpt(body)
        let description = "\(what): \(server): HTTP \(status): \(text)"
        if text.contains("CommonName of client") {
            return RequestFailure(
                .final, .denied,
                "\(description): etcd's gateway takes a client's certificate only if it has no common name")
        }
        switch status {
        case 500...599, 408, 425, 429: return RequestFailure(.answered, .unavailable, description)
        case 401, 403: return RequestFailure(.final, .denied, description)
        default:
            return RequestFailure(
                .answered, .garbled, "\(description): is this etcd 3.4 or later, with its gateway to JSON?")
        }
    }

    /// Whether what was shown is no longer good, and a new token is worth asking for.
    static func isAboutToken(_ text: String) -> Bool {
        text.contains("invalid auth token") || text.contains("user name is empty")
            || text.contains("revision of auth store is old")
    }

    /// Whether a revision is no longer kept.
    static func isAboutCompaction(_ text: String) -> Bool { text.contains("has been compacted") }

    /// Whether there is no such lease.
    static func isAboutLease(_ text: String) -> Bool { text.contains("requested lease not found") }

    /// The beginning of a text, one line, for errors.
    static func excerpt(_ octets: [UInt8]) -> String {
        let text = String(decoding: octets.prefix(240), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return line.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? String(line) : "unprintable text"
    }
}
