/// Reads what ``SharedAnswersWriter`` wrote, and throws for whatever else it is given.
///
/// What it makes of octets is bounded by their count: a length that is said is compared with what is left before anything is
/// kept for it, and a text that is meant again is not copied.
struct SharedAnswersReader {
    /// What is wrong with the octets, in a word or two.
    struct Malformed: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    private var rest: ArraySlice<UInt8>
    private var known: [String] = []

    private init(_ octets: [UInt8]) { rest = octets[...] }

    /// The answers that `octets` are.
    static func answers(_ octets: [UInt8]) throws(Malformed) -> SharedAnswers {
        var reader = SharedAnswersReader(octets)
        var answers: [String: Answer?] = [:]
        for _ in 0..<(try reader.count()) {
            let id = try reader.text()
            answers[id] = .some(try reader.answer())
        }
        guard reader.rest.isEmpty else { throw Malformed(description: "something behind its end") }
        return SharedAnswers(answers)
    }

    private mutating func octet() throws(Malformed) -> UInt8 {
        guard let octet = rest.popFirst() else { throw Malformed(description: "it ends too early") }
        return octet
    }

    private mutating func number() throws(Malformed) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let octet = try octet()
            let bits = UInt64(octet & 0x7F)
            guard shift < 63 || bits <= 1 else { break }
            result |= bits << shift
            if octet < 0x80 { return result }
        }
        throw Malformed(description: "a number that is too large")
    }

    private mutating func integer() throws(Malformed) -> Int { Int(truncatingIfNeeded: try number()) }

    /// The length of what follows: each member takes at least one octet.
    private mutating func count() throws(Malformed) -> Int {
        let count = try number()
        guard count <= UInt64(rest.count) else { throw Malformed(description: "a length beyond its end") }
        return Int(count)
    }

    private mutating func value() throws(Malformed) -> [UInt8] {
        let count = try count()
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private mutating func text() throws(Malformed) -> String {
        let place = try number()
        if place == 0 {
            guard let text = String(validating: try value(), as: UTF8.self) else {
                throw Malformed(description: "a text that is not UTF-8")
            }
            known.append(text)
            return text
        }
        guard place <= UInt64(known.count) else { throw Malformed(description: "a text that was not there before") }
        return known[Int(place) - 1]
    }

    private mutating func list<Member>(
        _ read: (inout SharedAnswersReader) throws(Malformed) -> Member
    ) throws(Malformed) -> [Member] {
        var members: [Member] = []
        for _ in 0..<(try count()) { members.append(try read(&self)) }
        return members
    }

    private mutating func optional<Member>(
        _ read: (inout SharedAnswersReader) throws(Malformed) -> Member
    ) throws(Malformed) -> Member? {
        let members = try list(read)
        guard members.count <= 1 else { throw Malformed(description: "several where one may be") }
        return members.first
    }

    private mutating func texts() throws(Malformed) -> [String] {
        try list { reader throws(Malformed) in try reader.text() }
    }

    private mutating func map() throws(Malformed) -> [String: String]? {
        try optional { reader throws(Malformed) in
            var map: [String: String] = [:]
            for _ in 0..<(try reader.count()) {
                let name = try reader.text()
                map[name] = try reader.text()
            }
            return map
        }
    }

    private mutating func answer() throws(Malformed) -> Answer? {
        switch AnswerKind(rawValue: try octet()) {
        case .absent: return nil
        case .value: return .value(try optional { reader throws(Malformed) in try reader.value() })
        case .pairs: return .pairs(try list { reader throws(Malformed) in try reader.pair() })
        case .services: return .services(try list { reader throws(Malformed) in try reader.service() })
        case .catalog:
            return .catalog(
                try list { reader throws(Malformed) in
                    CatalogSnippet(name: try reader.text(), tags: try reader.texts())
                })
        case .nodes: return .nodes(try list { reader throws(Malformed) in try reader.node() })
        case .node:
            return .node(
                try optional { reader throws(Malformed) in
                    let node = try reader.optional { reader throws(Malformed) in try reader.node() }
                    return CatalogNode(
                        node: node, services: try reader.list { reader throws(Malformed) in try reader.instance() })
                })
        case .names: return .names(try texts())
        case nil: throw Malformed(description: "an answer of no known kind")
        }
    }

    private mutating func pair() throws(Malformed) -> KeyPair {
        let path = try text()
        let key = try text()
        var pair = KeyPair(path: path, below: "", value: try value())
        pair.key = key
        pair.createIndex = try number()
        pair.modifyIndex = try number()
        pair.lockIndex = try number()
        pair.flags = try number()
        pair.session = try text()
        return pair
    }

    private mutating func node() throws(Malformed) -> ClusterNode {
        var node = ClusterNode()
        node.id = try text()
        node.node = try text()
        node.address = try text()
        node.datacenter = try text()
        node.taggedAddresses = try map()
        node.meta = try map()
        return node
    }

    private mutating func instance() throws(Malformed) -> CatalogNode.Service {
        var service = CatalogNode.Service()
        service.id = try text()
        service.service = try text()
        service.tags = try texts()
        service.meta = try map()
        service.port = try integer()
        service.address = try text()
        service.enablesTagOverride = try number() == 1
        return service
    }

    private mutating func service() throws(Malformed) -> HealthService {
        var service = HealthService()
        service.node = try text()
        service.nodeID = try text()
        service.nodeAddress = try text()
        service.address = try text()
        service.id = try text()
        service.name = try text()
        service.status = try text()
        service.tags = try texts()
        service.nodeTaggedAddresses = try map()
        service.nodeMeta = try map()
        service.serviceMeta = try map()
        service.serviceTaggedAddresses = try optional { reader throws(Malformed) in
            var map: [String: HealthService.TaggedAddress] = [:]
            for _ in 0..<(try reader.count()) {
                let name = try reader.text()
                map[name] = HealthService.TaggedAddress(address: try reader.text(), port: try reader.integer())
            }
            return map
        }
        service.checks = try optional { reader throws(Malformed) in
            try reader.list { reader throws(Malformed) in try reader.check() }
        }
        service.port = try integer()
        service.passingWeight = try integer()
        service.warningWeight = try integer()
        return service
    }

    private mutating func check() throws(Malformed) -> HealthService.Check {
        var check = HealthService.Check()
        check.node = try text()
        check.id = try text()
        check.name = try text()
        check.status = try text()
        check.notes = try text()
        check.output = try text()
        check.serviceID = try text()
        check.serviceName = try text()
        return check
    }
}
