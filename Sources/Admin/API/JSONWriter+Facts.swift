internal import Gateway
internal import KeyValue
internal import Routing

/// What several objects of the API have alike.
extension JSONWriter {
    /// What was counted: `requests`, `responses` by class, octets.
    mutating func traffic(_ counters: TrafficCounters) {
        member("requests", counters.requests)
        name("responses")
        object { writer in
            for (index, count) in counters.answers.enumerated() { writer.member("\(index + 1)xx", count) }
        }
        member("received_bytes", counters.bytesIn)
        member("sent_bytes", counters.bytesOut)
    }

    /// Where something came from.
    mutating func provenance(_ provenance: Provenance?) {
        member("source", provenance?.source)
        member("revision", provenance?.revision ?? 0)
    }
}
