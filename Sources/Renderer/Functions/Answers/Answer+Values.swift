internal import Template

extension Answer {
    /// The answer as templates see it: lists of pointers to structures, as consul-template has them.
    var templateValue: Value {
        switch self {
        case .value(let octets): octets.map { .string($0) } ?? .null
        case .pairs(let pairs): Self.list(of: DependencyTypes.keyPair, pairs.map(\.templateValue))
        case .services(let services): Self.list(of: DependencyTypes.healthService, services.map(\.templateValue))
        case .catalog(let snippets): Self.list(of: DependencyTypes.snippet, snippets.map(\.templateValue))
        case .nodes(let nodes): Self.list(of: DependencyTypes.node, nodes.map(\.templateValue))
        case .node(let node): node?.templateValue ?? .nilPointer(DependencyTypes.catalogNode)
        case .names(let names): .strings(names)
        case .secret(let data):
            data.map { data in
                .pointer(
                    Structure(
                        DependencyTypes.secret,
                        ["", "", 0, false, .map(Map(data.mapValues { .string($0) }))]))
            } ?? .null
        }
    }

    /// The list of pointers to `type`.
    static func list(of type: StructType, _ items: [Value] = []) -> Value {
        .list(List(items, type: .slice(.pointer(type))))
    }
}

extension KeyPair {
    /// The pair as templates see it.
    var templateValue: Value {
        .pointer(
            Structure(
                DependencyTypes.keyPair,
                [
                    .string(path), .string(key), .string(value), .uint64(createIndex), .uint64(modifyIndex),
                    .uint64(lockIndex), .uint64(flags), .string(session),
                ]))
    }
}

extension HealthService {
    /// The instance as templates see it.
    var templateValue: Value {
        let addresses = GoType.map(key: .string, element: .structure(DependencyTypes.address))
        let checksType = GoType.named(DependencyTypes.checks)
        return .pointer(
            Structure(
                DependencyTypes.healthService,
                [
                    .string(node), .string(nodeID), .string(nodeAddress), .optional(nodeTaggedAddresses),
                    .optional(nodeMeta), .optional(serviceMeta), .string(address),
                    serviceTaggedAddresses.map { tagged in
                        .map(Map(tagged.mapValues(\.templateValue), type: addresses))
                    } ?? .map(Map(nilOf: addresses)),
                    .string(id), .string(name), .tags(tags),
                    .list(checks.map { List($0.map(\.templateValue), type: checksType) } ?? List(nilOf: checksType)),
                    .string(status), .int(port),
                    .structure(Structure(DependencyTypes.weights, [.int(passingWeight), .int(warningWeight)])),
                ]))
    }
}

extension HealthService.TaggedAddress {
    fileprivate var templateValue: Value {
        .structure(Structure(DependencyTypes.address, [.string(address), .int(port)]))
    }
}

extension HealthService.Check {
    fileprivate var templateValue: Value {
        .pointer(
            Structure(
                DependencyTypes.check,
                [
                    .string(node), .string(id), .string(name), .string(status), .string(notes), .string(output),
                    .string(serviceID), .string(serviceName),
                ]))
    }
}

extension CatalogSnippet {
    /// The service as templates see it.
    var templateValue: Value { .pointer(Structure(DependencyTypes.snippet, [.string(name), .tags(tags)])) }
}

extension ClusterNode {
    /// The node as templates see it.
    var templateValue: Value {
        .pointer(
            Structure(
                DependencyTypes.node,
                [
                    .string(id), .string(node), .string(address), .string(datacenter), .optional(taggedAddresses),
                    .optional(meta),
                ]))
    }
}

extension CatalogNode {
    /// The node with its services as templates see them.
    var templateValue: Value {
        .pointer(
            Structure(
                DependencyTypes.catalogNode,
                [
                    node?.templateValue ?? .nilPointer(DependencyTypes.node),
                    Answer.list(of: DependencyTypes.nodeService, services.map(\.templateValue)),
                ]))
    }
}

extension CatalogNode.Service {
    fileprivate var templateValue: Value {
        .pointer(
            Structure(
                DependencyTypes.nodeService,
                [
                    .string(id), .string(service), .tags(tags), .optional(meta), .int(port), .string(address),
                    .bool(enablesTagOverride),
                ]))
    }
}

extension Value {
    fileprivate static func optional(_ entries: [String: String]?) -> Value {
        guard let entries else { return .map(Map(nilOf: DependencyTypes.stringMap)) }
        return .map(Map(entries.mapValues { .string($0) }, type: DependencyTypes.stringMap))
    }

    fileprivate static func tags(_ tags: [String]) -> Value {
        .list(List(tags.map { .string($0) }, type: .named(DependencyTypes.tags)))
    }
}
