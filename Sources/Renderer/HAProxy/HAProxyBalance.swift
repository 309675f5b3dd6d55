/// How a backend chooses servers, as far as it decides what may change at run time.
struct HAProxyBalance: Sendable, Equatable {
    /// The algorithm's first word.
    private var algorithm = "roundrobin"
    private var isConsistent = false

    /// Takes up a `balance` or `hash-type` line; the last one counts.
    mutating func note(_ line: HAProxyLine) {
        guard line.words.count > 1 else { return }
        switch line.keyword {
        case "balance": algorithm = String(line.words[1].text.prefix { $0 != "(" })
        case "hash-type": isConsistent = line.words[1].text == "consistent"
        default: break
        }
    }

    /// Whether servers may be added and weights changed while it runs.
    var isDynamic: Bool {
        switch algorithm {
        case "roundrobin", "leastconn", "random", "first": true
        case "static-rr": false
        default: isConsistent
        }
    }

    /// Whether the servers' order in the text says who gets what.
    var isOrdered: Bool {
        switch algorithm {
        case "roundrobin", "leastconn", "random", "static-rr": false
        case "first": true
        default: !isConsistent
        }
    }

    /// For messages.
    var description: String { algorithm }
}
