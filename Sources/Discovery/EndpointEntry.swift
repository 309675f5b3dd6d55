internal import KeyValue
public import Routing

/// An endpoint as its key and value describe it; read once and kept as long as both stay the same.
public final class EndpointEntry: Sendable {
    /// The whole key.
    public let key: String
    /// The value's octets.
    public let value: [UInt8]
    /// The store's revision when this value was first seen: rewrites of the same value do not count.
    public let revision: UInt64
    /// The service's whole name.
    public let service: String
    /// The endpoint.
    public let endpoint: EndpointDescription
    /// What its attributes say of where its service is reached.
    public let mount: Mount
    /// Whole routes that its attributes bring along.
    public let routes: [EndpointRoute]
    /// What its attributes say of how its service is served.
    public let policy: ServicePolicy
    /// What they say of how it is checked.
    public let health: HealthSettings

    init(_ entry: KeyValueEntry, key: EndpointKey, value: EndpointValue, source: String) {
        self.key = entry.key
        self.value = entry.value
        revision = entry.modifyIndex
        service = key.service
        mount = value.mount
        routes = value.routes
        policy = value.policy
        health = value.health
        var endpoint = EndpointDescription(
            address: value.address,
            provenance: Provenance(source: "\(source):\(entry.key)", revision: entry.modifyIndex))
        endpoint.weight = value.weight
        endpoint.isBackup = value.isBackup
        endpoint.isDraining = value.isDraining
        endpoint.protocol = value.protocol
        endpoint.zone = value.zone
        endpoint.sendProxy = value.sendProxy
        endpoint.attributes = value.attributes
        self.endpoint = endpoint
    }
}
