/// Writes ``SharedAnswers`` down, each text once.
///
/// A number is a LEB128. A text is a number: 0, its length and its octets when it is new, else the how-manieth of the texts
/// before it is meant, from 1 on. A list is its length and its members; what may be missing is a list of none or one. The
/// whole is a list of questions, in the order of their ids: the id, and the answer as ``AnswerKind`` tells. Equal answers
/// are equal octets.
struct SharedAnswersWriter {
    /// What has been written.
    private(set) var octets: [UInt8] = []
    private var known: [String: Int] = [:]

    /// The octets of `shared`.
    static func octets(_ shared: SharedAnswers) -> [UInt8] {
        var writer = SharedAnswersWriter()
        writer.list(shared.answers.sorted { ConsulCatalog.precedes($0.key, $1.key) }) { writer, entry in
            writer.text(entry.key)
            writer.answer(entry.value)
        }
        return writer.octets
    }

    private mutating func number(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        octets.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func integer(_ number: Int) { self.number(UInt64(bitPattern: Int64(number))) }

    private mutating func value(_ value: [UInt8]) {
        integer(value.count)
        octets += value
    }

    private mutating func text(_ text: String) {
        if let place = known[text] { return integer(place) }
        known[text] = known.count + 1
        integer(0)
        value(Array(text.utf8))
    }

    private mutating func list<Member>(
        _ members: some Collection<Member>, _ write: (inout SharedAnswersWriter, Member) -> Void
    ) {
        integer(members.count)
        for member in members { write(&self, member) }
    }

    private mutating func texts(_ texts: [String]) { list(texts) { $0.text($1) } }

    private mutating func map(_ map: [String: String]?) {
        list(map.map { [$0] } ?? []) { writer, map in
            writer.list(map.sorted { ConsulCatalog.precedes($0.key, $1.key) }) { writer, entry in
                writer.text(entry.key)
                writer.text(entry.value)
            }
        }
    }

    private mutating func answer(_ answer: Answer?) {
        guard let answer else { return octets.append(AnswerKind.absent.rawValue) }
        octets.append(AnswerKind(answer).rawValue)
        switch answer {
        case .value(let value): list(value.map { [$0] } ?? []) { $0.value($1) }
        case .pairs(let pairs): list(pairs) { $0.pair($1) }
        case .services(let services): list(services) { $0.service($1) }
        case .catalog(let services):
            list(services) { writer, service in
                writer.text(service.name)
                writer.texts(service.tags)
            }
        case .nodes(let nodes): list(nodes) { $0.node($1) }
        case .node(let node):
            list(node.map { [$0] } ?? []) { writer, node in
                writer.list(node.node.map { [$0] } ?? []) { $0.node($1) }
                writer.list(node.services) { $0.instance($1) }
            }
        case .names(let names): texts(names)
        case .secret: break
        }
    }

    private mutating func pair(_ pair: KeyPair) {
        text(pair.path)
        text(pair.key)
        value(pair.value)
        for index in [pair.createIndex, pair.modifyIndex, pair.lockIndex, pair.flags] { number(index) }
        text(pair.session)
    }

    private mutating func node(_ node: ClusterNode) {
        for text in [node.id, node.node, node.address, node.datacenter] { self.text(text) }
        map(node.taggedAddresses)
        map(node.meta)
    }

    private mutating func instance(_ service: CatalogNode.Service) {
        text(service.id)
        text(service.service)
        texts(service.tags)
        map(service.meta)
        integer(service.port)
        text(service.address)
        integer(service.enablesTagOverride ? 1 : 0)
    }

    private mutating func service(_ service: HealthService) {
        for text in [service.node, service.nodeID, service.nodeAddress, service.address, service.id, service.name] {
            self.text(text)
        }
        text(service.status)
        texts(service.tags)
        map(service.nodeTaggedAddresses)
        map(service.nodeMeta)
        map(service.serviceMeta)
        list(service.serviceTaggedAddresses.map { [$0] } ?? []) { writer, map in
            writer.list(map.sorted { ConsulCatalog.precedes($0.key, $1.key) }) { writer, entry in
                writer.text(entry.key)
                writer.text(entry.value.address)
                writer.integer(entry.value.port)
            }
        }
        list(service.checks.map { [$0] } ?? []) { writer, checks in writer.list(checks) { $0.check($1) } }
        for number in [service.port, service.passingWeight, service.warningWeight] { integer(number) }
    }

    private mutating func check(_ check: HealthService.Check) {
        for text in [
            check.node, check.id, check.name, check.status, check.notes, check.output, check.serviceID,
            check.serviceName,
        ] {
            self.text(text)
        }
    }
}

/// The octet before an answer in ``SharedAnswersWriter``'s form.
enum AnswerKind: UInt8 {
    case absent = 0
    case value, pairs, services, catalog, nodes, node, names

    init(_ answer: Answer) {
        self =
            switch answer {
            case .value: .value
            case .pairs: .pairs
            case .services: .services
            case .catalog: .catalog
            case .nodes: .nodes
            case .node: .node
            case .names: .names
            // No source of ours has any, and none would be shown to others.
            case .secret: .absent
            }
    }
}
