internal import HTTPTypes
internal import KeyValue

/// A request's target: its path as it was sent, its parameters decoded.
struct AdminQuery: Sendable {
    /// The greatest number that every reader of JSON takes as it is (RFC 8259 §6).
    static let numberMaximum: UInt64 = 1 << 53 - 1

    /// The path, percent-encoded.
    let path: Substring
    private var parameters: [String: String] = [:]
    /// Fields of the request that is asked about, which may be several.
    private(set) var headers: [String] = []

    /// Reads `target`; throws 400 for what is malformed, or there twice.
    init(target: String) throws(AdminRefusal) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts[0]
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0]), let value = Self.decode(sides.count > 1 ? sides[1] : "") else {
                throw AdminRefusal(.badRequest, "the query is not percent-encoded UTF-8")
            }
            if name == "header" { headers.append(value) }
            guard name == "header" || parameters[name] == nil else {
                throw AdminRefusal(.badRequest, "parameter \(name) is there twice")
            }
            parameters[name] = value
        }
    }

    /// A parameter's value, nil if it is not there.
    subscript(name: String) -> String? { parameters[name] }

    /// Throws 400 for a parameter that is none of `known`: a misspelt one would change what is answered.
    func check(_ known: [String]) throws(AdminRefusal) {
        guard let stranger = parameters.keys.filter({ !known.contains($0) }).min() else { return }
        let right = known.isEmpty ? "none is taken here" : "known are \(known.joined(separator: ", "))"
        throw AdminRefusal(.badRequest, "unknown parameter \(stranger): \(right)")
    }

    /// A number from 0 to `maximum`; `standard` if it is not there.
    func number(_ name: String, else standard: UInt64, atMost maximum: UInt64) throws(AdminRefusal) -> UInt64 {
        guard let text = parameters[name] else { return standard }
        guard let number = UInt64(text), number <= maximum else {
            throw AdminRefusal(.badRequest, "\(name) is \"\(text)\": it is a number from 0 to \(maximum)")
        }
        return number
    }

    /// A parameter that is true or false; false if it is not there.
    func flag(_ name: String) throws(AdminRefusal) -> Bool {
        switch parameters[name] {
        case "true": return true
        case "false", nil: return false
        case let text?: throw AdminRefusal(.badRequest, "\(name) is \"\(text)\": it is true or false")
        }
    }

    private static func decode(_ text: Substring) -> String? {
        PercentCoding.decode(Substring(text.map { $0 == "+" ? " " : $0 }))
    }
}
