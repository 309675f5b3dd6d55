internal import Gateway
internal import KeyValue
internal import Routing

/// Members of an object, in one line each.
extension JSONWriter {
    mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    /// `null` where there is none.
    mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ name: String, _ value: some BinaryInteger) {
        self.name(name)
        number(value)
    }

    mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        number(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    mutating func member(_ name: String, _ values: [String]) {
        self.name(name)
        array { writer in
            for value in values { writer.string(value) }
        }
    }

    mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        self.name(name)
        if let value { number(value) } else { null() }
    }

    /// A list of objects, one for each element.
    mutating func objects<Element>(
        _ name: String, of elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.name(name)
        array { writer in
            for element in elements { writer.object { body(&$0, element) } }
        }
    }

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
