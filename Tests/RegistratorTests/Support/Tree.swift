@testable import DockerEngine
@testable import Registrator

/// Services as the keys and values that a store would have.
enum Tree {
    static func text(_ services: [HostedService]) -> String {
        services.map { service in
            let attributes = service.attributes.map { " " + $0.name + ($0.value.map { "=" + $0 } ?? "") }.joined()
            let host = service.address.contains(":") ? "[\(service.address)]" : service.address
            return "\(service.name)/\(service.id) = \(host):\(service.port)\(attributes)"
        }.sorted().joined(separator: "\n")
    }

    static func text(_ containers: [ContainerDetails], _ rules: ServiceRules) -> String {
        text(containers.flatMap { ServiceReader(rules).read($0).services })
    }

    /// What one container comes to.
    static func text(_ command: String, _ rules: ServiceRules, number: Int = 1) -> String {
        text([RunCommand.container(command, number: number)], rules)
    }
}

extension ServiceRules {
    /// The rules of a host dh1 at 10.99.0.11, changed by `change`.
    static func made(_ change: (inout ServiceRules) -> Void = { _ in }) -> ServiceRules {
        var rules = ServiceRules(hostname: "dh1", hostAddress: "10.99.0.11")
        change(&rules)
        return rules
    }

    /// gliderlabs', changed by `change`.
    static func compatible(_ change: (inout ServiceRules) -> Void = { _ in }) -> ServiceRules {
        made {
            $0.isCompatible = true
            change(&$0)
        }
    }
}
