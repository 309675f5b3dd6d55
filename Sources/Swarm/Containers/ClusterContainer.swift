/// A container somewhere in the cluster, with what lists, lookups and the scheduler ask of it.
///
/// A value that is cheap to copy: tens of thousands of them are handed to whoever makes a list, outside of any lock.
@dynamicMemberLookup
struct ClusterContainer: Sendable, Equatable {
    private final class Storage: Sendable {
        let facts: Facts

        init(_ facts: Facts) {
            self.facts = facts
        }
    }

    private var storage: Storage

    init(_ facts: Facts) {
        storage = Storage(facts)
    }

    /// One of its facts.
    subscript<Value>(dynamicMember path: WritableKeyPath<Facts, Value>) -> Value {
        get { storage.facts[keyPath: path] }
        set {
            var facts = storage.facts
            facts[keyPath: path] = newValue
            storage = Storage(facts)
        }
    }

    /// Its ID.
    var id: String { storage.facts.placement.id }

    /// Its own name, without a slash.
    var name: String { storage.facts.placement.names.first ?? "" }

    /// The same facts.
    static func == (left: ClusterContainer, right: ClusterContainer) -> Bool {
        left.storage === right.storage || left.storage.facts == right.storage.facts
    }
}

extension ClusterContainer {
    /// What is known of a container.
    struct Facts: Sendable, Equatable {
        /// What matters to where others may go: its ID, names, labels, ports and demands.
        var placement: NodeContainer
        /// The ID of the engine that it is on.
        var engineID: String
        /// How it is.
        var condition: ContainerCondition
        /// Its entry in lists.
        var row: ContainerRow
        /// When it was created, seconds since 1970 by the manager's clock.
        var created: Double
        /// The image as it was asked for.
        var image: String
        /// The image's ID.
        var imageID: String
        /// Names and destinations of what is mounted in it.
        var mounts: [String]
        /// Names and IDs of its networks.
        var networks: [String]
        /// The execs that it is known to have.
        var execIDs: Set<String>
        /// What it was created by, of one that moves when its node is lost or has its like on every node; empty otherwise.
        var inspection: [UInt8]
        /// When its engine was asked, in the order of all that is asked; an older answer does not take a newer one's place.
        var revision: UInt64 = 0
        /// What its row in the engine's list was like, so that it is not looked at again while that stays; nil: look again.
        var mark: Int?
    }
}

extension ClusterContainer {
    /// What an engine says of a container: its row in the list, and its inspection.
    ///
    /// Nil if these name no container.
    init?(
        engineRow: JSONValue, inspection: JSONValue, inspected octets: [UInt8], engineID: String, node: String,
        address: String, processors: Int64, ahead: Double = 0
    ) {
        guard
            let placement = NodeContainer(
                inspection: inspection, names: engineRow["Names"].texts, processors: processors)
        else { return nil }
        let policies = SwarmLabel.Expressions.reschedule.read(from: placement.labels)
        let moves = (try? ReschedulePolicy(policies)) == .onNodeFailure || placement.labels[SwarmLabel.global] != nil
        self.init(
            Facts(
                placement: placement, engineID: engineID,
                condition: ContainerCondition(inspection: inspection, ahead: ahead),
                row: ContainerRow(engineRow: engineRow, node: node, address: address, labels: placement.labels),
                created: (inspection["Created"].text.flatMap(EngineTime.seconds)
                    ?? Double(engineRow["Created"].integer ?? 0)) - ahead,
                image: inspection["Config"]["Image"].text ?? engineRow["Image"].text ?? "",
                imageID: inspection["Image"].text ?? engineRow["ImageID"].text ?? "",
                mounts: (inspection["Mounts"].elements ?? []).flatMap { mount in
                    [mount["Name"].text, mount["Destination"].text].compactMap(\.self)
                },
                networks: (inspection["NetworkSettings"]["Networks"].object?.members ?? []).flatMap { network in
                    [network.name, network.value["NetworkID"].text].compactMap(\.self)
                },
                execIDs: Set(inspection["ExecIDs"].texts), inspection: moves ? octets : []))
    }
}
