/// The instances of a service as entries of a store: keys by their names, values by what they say of themselves.
///
/// The key is `<prefix><service>-<port>/<node>:<id>:<port>`. An ID that a registrator gave (`<dhost>:<cname>:<cport>`)
/// names the container's port: that is the service's, and is not said twice in the key. Other instances call their service
/// by their port while they have one in common; if each has its own, as schedulers give them, the service has no port in
/// its name, for they serve one thing. What no part of a key may hold is percent-encoded.
///
/// Instances whose checks fail have no entry; those in maintenance mode have one that says `drain`. The service `consul`,
/// which is Consul itself, proxies and gateways of its mesh, and what has no port, are not for an edge and left out.
struct CatalogEntries {
    /// What is wanted of the catalog.
    let settings: StoreURL.Catalog

    /// The entries of `instances`, all of one service, in no order.
    ///
    /// - Parameter hadPorts: whether the service's instances have had different ports before, so that it keeps its name
    ///   when but one of them is left; is set when they have.
    func entries(_ instances: [CatalogInstance], hadPorts: inout Bool) -> [KeyValueEntry] {
        let instances = instances.filter { $0.service != "consul" && !$0.isMesh && $0.port > 0 }
        let ports = Set(instances.filter { HostedID($0.id) == nil }.map(\.port))
        if ports.count > 1 { hadPorts = true }
        let common = hadPorts ? nil : ports.first
        return instances.compactMap { instance in
            let attributes = CatalogAttributes(instance)
            guard isWanted(instance), attributes.isEnabled else { return nil }
            var words = [EndpointText.address(instance.address, instance.port)]
            words += attributes.words
            return KeyValueEntry(
                key: key(instance, commonPort: common), value: Array(words.joined(separator: " ").utf8),
                createIndex: instance.createIndex, modifyIndex: instance.modifyIndex)
        }
    }

    /// Whether a service of this name can have entries under `prefix`.
    func isWanted(service: String, under prefix: String) -> Bool {
        guard service != "consul" else { return false }
        let base = settings.prefix + Self.encoded(service)
        return base.utf8.starts(with: prefix.utf8) || prefix.utf8.starts(with: base.utf8)
    }

    private func isWanted(_ instance: CatalogInstance) -> Bool {
        switch instance.status {
        case .passing, .maintenance: true
        case .warning: !settings.isPassingOnly
        case .critical: false
        }
    }

    private func key(_ instance: CatalogInstance, commonPort: UInt16?) -> String {
        let hosted = HostedID(instance.id)
        var service = Self.encoded(instance.service)
        if settings.namesPorts, let port = hosted?.port ?? commonPort, !service.hasSuffix("-\(port)") {
            service += "-\(port)"
        }
        let node = Self.encoded(instance.node, colon: true)
        let tail =
            hosted == nil ? "\(Self.encoded(instance.id, colon: true)):\(instance.port)" : Self.encoded(instance.id)
        return "\(settings.prefix)\(service)/\(node):\(tail)"
    }

    /// `text` with slashes, blanks, controls and percent signs encoded, and colons if they part something.
    private static func encoded(_ text: String, colon: Bool = false) -> String {
        let isForeign: (UInt8) -> Bool = { octet in
            octet <= 0x20 || octet == 0x7F || octet == UInt8(ascii: "/") || octet == UInt8(ascii: "%")
                || colon && octet == UInt8(ascii: ":")
        }
        guard text.utf8.contains(where: isForeign) else { return text }
        return text.utf8.reduce(into: "") { result, octet in
            guard isForeign(octet) else { return result.unicodeScalars.append(Unicode.Scalar(octet)) }
            let digits = String(octet, radix: 16, uppercase: true)
            result += (octet < 16 ? "%0" : "%") + digits
        }
    }
}
