internal import NIOCore

/// What Consul's answers mean, and whether they are Consul's at all.
enum ConsulListing {
    /// The entries of an answer to a read, in the order of their keys' octets.
    ///
    /// A 404 is an empty listing only if it carries Consul's index: any other server's 404 does not.
    ///
    /// - Parameter memory: the answers to the same question before, of which most may be in this one.
    static func entries(
        _ answer: ConsulAnswer, prefix: String, what: String, memory: inout ConsulListingMemory
    ) throws(KeyValueError) -> [KeyValueEntry] {
        if answer.status == 404, answer.index != nil {
            memory = ConsulListingMemory()
            return try unlessFiltered([], answer, what: what)
        }
        guard answer.status == 200 else { throw refusal(answer, what: what) }
        let next: ConsulListingMemory
        do {
            next = try ConsulListingMemory(answer.body, after: memory, prefix: prefix)
        } catch {
            throw KeyValueError(
                .garbled,
                "\(what): \(answer.server): not Consul's JSON (\(error.problem) at octet \(error.offset) of "
                    + "\(answer.body.readableBytes), \(answer.contentType)): \(answer.excerpt)")
        }
        if let stranger = next.stranger {
            throw KeyValueError(.garbled, "\(what): \(answer.server): a key that was not asked for: \(stranger)")
        }
        memory = next.isSorted ? next : ConsulListingMemory()
        let entries = next.isSorted ? next.entries : try sorted(next.entries, answer, what: what)
        return try unlessFiltered(entries, answer, what: what)
    }

    /// The entries of a single answer.
    static func entries(_ answer: ConsulAnswer, prefix: String, what: String) throws(KeyValueError) -> [KeyValueEntry] {
        var memory = ConsulListingMemory()
        return try entries(answer, prefix: prefix, what: what, memory: &memory)
    }

    /// The truth value of an answer to a write.
    static func boolean(_ answer: ConsulAnswer, what: String) throws(KeyValueError) -> Bool {
        guard answer.status == 200 else { throw refusal(answer, what: what) }
        switch answer.excerpt.trimmed {
        case "true": return true
        case "false": return false
        default: throw KeyValueError(.garbled, "\(what): \(answer.server): neither true nor false: \(answer.excerpt)")
        }
    }

    /// What an answer that is no success says.
    static func refusal(_ answer: ConsulAnswer, what: String) -> KeyValueError {
        let description = "\(what): \(answer.server): HTTP \(answer.status): \(answer.excerpt)"
        switch answer.status {
        case 401, 403: return KeyValueError(.denied, "\(description): give a token that may do this")
        case 400, 405, 411, 413, 414: return KeyValueError(.invalid, description)
        case 408, 425: return KeyValueError(.unavailable, description)
        default: return KeyValueError(.garbled, "\(description): is this Consul's HTTP API?")
        }
    }

    /// A token that sees nothing is told apart from a store that holds nothing.
    private static func unlessFiltered(
        _ entries: [KeyValueEntry], _ answer: ConsulAnswer, what: String
    ) throws(KeyValueError) -> [KeyValueEntry] {
        guard entries.isEmpty, answer.isFiltered else { return entries }
        throw KeyValueError(.denied, "\(what): \(answer.server): the token may not see these keys: give one that may")
    }

    /// Puts entries in order that are not.
    private static func sorted(
        _ entries: [KeyValueEntry], _ answer: ConsulAnswer, what: String
    ) throws(KeyValueError) -> [KeyValueEntry] {
        let sorted = entries.sorted { KeyOrder.precedes($0.key, $1.key) }
        for index in sorted.indices.dropFirst() where KeyOrder.equals(sorted[index - 1].key, sorted[index].key) {
            throw KeyValueError(.garbled, "\(what): \(answer.server): a key twice: \(sorted[index].key)")
        }
        return sorted
    }
}

extension String {
    /// Without space at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
