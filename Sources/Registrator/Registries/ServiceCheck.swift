internal import KeyValue

/// The check that a service's metadata asks Consul for: the first there is of `check_http`, `check_https`, `check_cmd`,
/// `check_script`, `check_ttl`, `check_tcp`, `check_grpc`.
///
/// | key | meaning |
/// |---|---|
/// | `check_http`, `check_https` | the path that is asked for; the method by `check_http_method`, `check_https_method` |
/// | `check_cmd` | a command for `check-cmd CONTAINER PORT`, on the agent's machine |
/// | `check_script` | a shell's command; `$SERVICE_IP` and `$SERVICE_PORT` stand for the service's |
/// | `check_ttl` | how long the service is well after it has last said so itself |
/// | `check_tcp`, `check_grpc` | whether it takes connections; `check_grpc_use_tls`, and with it `check_tls_skip_verify` |
/// | `check_interval` | how often, `10s` by default |
/// | `check_timeout`, `check_initial_status`, `check_deregister_after` | as Consul has them |
///
/// Commands run by a shell: the form that gliderlabs' registrator sends is refused by Consul since its 1.0.
struct ServiceCheck: Equatable {
    /// The members that are text.
    private var texts: [String: String] = [:]
    /// The members that are true.
    private var flags: [String] = []
    /// The command.
    private var arguments: [String] = []

    /// How often something is checked if nothing is said.
    private static let standardInterval = "10s"

    /// The check of `service`; nil if it asks for none.
    init?(_ service: HostedService) {
        func said(_ key: String) -> String? {
            guard let value = service.metadata["check_\(key)"], !value.isEmpty else { return nil }
            return value
        }
        let address = EndpointText.address(service.address, service.port)
        if let path = said("http") {
            texts = ["HTTP": "http://\(address)\(path)"]
            texts["Method"] = said("http_method")
        } else if let path = said("https") {
            texts = ["HTTP": "https://\(address)\(path)"]
            texts["Method"] = said("https_method")
        } else if let command = said("cmd") {
            setCommand("check-cmd \(service.container.prefix(12)) \(service.containerPort) \(command)")
        } else if let script = said("script") {
            setCommand(Self.filled(script, service))
        } else if let time = said("ttl") {
            texts = ["TTL": time]
        } else if said("tcp") != nil {
            texts = ["TCP": address]
        } else if said("grpc") != nil {
            texts = ["GRPC": address]
            if said("grpc_use_tls") != nil {
                flags.append("GRPCUseTLS")
                if said("tls_skip_verify") != nil { flags.append("TLSSkipVerify") }
            }
        } else {
            return nil
        }
        if texts["TTL"] == nil {
            texts["Interval"] = said("interval") ?? Self.standardInterval
            texts["Timeout"] = said("timeout")
        }
        texts["Status"] = said("initial_status")
        texts["DeregisterCriticalServiceAfter"] = said("deregister_after")
    }

    /// Consul's JSON.
    ///
    /// - Parameter id: the check's ID; nil for the one that Consul gives to the only check of a service.
    func json(named id: String?, of service: String) -> String {
        var texts = texts
        if let id {
            texts["CheckID"] = id
            texts["Name"] = "Service '\(service)' check"
        }
        var members = texts.sorted { $0.key < $1.key }.map {
            "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))"
        }
        members += flags.map { "\(JSONText.quoted($0)):true" }
        if !arguments.isEmpty {
            members.append("\"Args\":[\(arguments.map { JSONText.quoted($0) }.joined(separator: ","))]")
        }
        return "{\(members.joined(separator: ","))}"
    }

    private mutating func setCommand(_ text: String) {
        arguments = ["/bin/sh", "-c", text]
    }

    private static func filled(_ script: String, _ service: HostedService) -> String {
        var result = ""
        var rest = script[...]
        while let mark = rest.firstIndex(of: "$") {
            result += rest[..<mark]
            rest = rest[mark...]
            if rest.hasPrefix("$SERVICE_IP") {
                result += service.address
                rest = rest.dropFirst("$SERVICE_IP".count)
            } else if rest.hasPrefix("$SERVICE_PORT") {
                result += String(service.port)
                rest = rest.dropFirst("$SERVICE_PORT".count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result + rest
    }
}
