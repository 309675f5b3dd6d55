import Certificates
import Control
import Discovery
import Gateway
import KeyValue
import Routing

extension EdgeCommand {
    /// What `--check` says of a configuration that can be used, and of what is in its folders of certificates.
    struct Summary: CustomStringConvertible {
        let configuration: EdgeConfiguration
        let store: RunningEdge.Source
        let source: String?

        /// One line a thing; problems last.
        var description: String {
            let workers = configuration.workers == 0 ? "one a core" : "\(configuration.workers)"
            let log = configuration.accessLog.map { "\($0.path) (\($0.format))" } ?? "off"
            let folders = folders.map { (path: $0, contents: CertificateFolder.scan($0)) }
            let problems =
                configuration.notices.map(\.description)
                + folders.flatMap { folder in
                    let isBare = folder.contents.entries.isEmpty && folder.contents.problems.isEmpty
                    return folder.contents.problems.map(\.description)
                        + (isBare
                            ? ["\(folder.path): no certificate: without one in the store handshakes are refused"] : [])
                }
            let verdict = problems.isEmpty ? "all is well" : "it can be used, but see the problems"
            let lines = [
                "\(source ?? "no configuration file"): \(verdict)",
                "  listeners     \(configuration.listeners.map(listener).joined(separator: ", "))",
            ]
            let certificates = folders.map { "  certificates  \($0.path): \(entries($0.contents))" }
            let rest = [
                "  store         \(store)",
                "  domains       \(configuration.domains.joined(separator: ", "))",
                "  routes        \(configuration.routes.map(\.route.name).joined(separator: ", ").orNone)",
                "  services      \(configuration.services.keys.sorted().joined(separator: ", ").orNone) "
                    + "with settings of their own",
                "  access log    \(log)",
                "  admin         \(admin)",
                "  workers       \(workers)",
            ]
            return (lines + certificates + rest + problems.map { "  problem       \($0)" }).joined(separator: "\n")
        }

        private var admin: String {
            guard let address = configuration.admin.address else { return "off" }
            return configuration.admin.token == nil ? address : "\(address) (by a token)"
        }

        /// The folders of certificates, each once.
        private var folders: [String] {
            Set(configuration.listeners.compactMap { $0.certificates.map(configuration.folder) }).sorted()
        }

        private func listener(_ listener: EdgeListener) -> String {
            var facts: [String] = []
            if let tls = listener.gateway.tls {
                facts.append(tls.minimum == .tls13 ? "TLS 1.3" : "TLS 1.2 and 1.3")
                if tls.clientAuthentication != .none {
                    facts.append("client certificates: \(tls.clientAuthentication.rawValue)")
                }
            }
            if listener.gateway.http2 { facts.append("HTTP/2") }
            if listener.gateway.redirectsToHTTPS { facts.append("redirects to https") }
            return facts.isEmpty ? listener.name : "\(listener.name) (\(facts.joined(separator: ", ")))"
        }

        private func entries(_ contents: CertificateFolder.Contents) -> String {
            contents.entries.map { entry in
                let facts = entry.credential.facts
                let hosts = facts.names.prefix(3).joined(separator: " ") + (facts.names.count > 3 ? " ..." : "")
                return "\(entry.name) (\(hosts), until \(UTCTime(facts.notAfter).day))"
            }.joined(separator: ", ").orNone
        }
    }
}

extension String {
    fileprivate var orNone: String { isEmpty ? "none" : self }
}
