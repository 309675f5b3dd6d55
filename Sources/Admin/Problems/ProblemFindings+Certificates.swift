internal import Control
internal import Discovery
internal import Gateway
internal import Routing

/// Certificates, and hosts that none is for.
extension ProblemFindings {
    /// Certificates that are not good yet, or have less than a tenth of their life left, of long ones three weeks.
    static func certificates(_ certificates: [CertificateStatus], now: Int64) -> [ProblemFinding] {
        certificates.compactMap { certificate in
            let subject = "certificate \(certificate.name)"
            let hosts = certificate.hosts.prefix(3).joined(separator: ", ")
            guard certificate.notBefore <= now else {
                return ProblemFinding(
                    "certificate", subject,
                    "it is not good yet, only \(span(certificate.notBefore - now)) from now (\(hosts)): see that this machine's "
                        + "clock is right, or put one that is good now into \(certificate.source)")
            }
            let left = certificate.notAfter - now
            let notice = min(21 * 86_400, (certificate.notAfter - certificate.notBefore) / 10)
            guard left < notice else { return nil }
            let when = left < 0 ? "has ended" : "ends in \(span(left))"
            var finding = ProblemFinding(
                "certificate", subject, "it \(when) (\(hosts)): put a newer one into \(certificate.source)")
            finding.since = certificate.notAfter - notice
            return finding
        }
    }

    private static func span(_ seconds: Int64) -> String {
        seconds < 2 * 86_400 ? "\(seconds / 3600) hours" : "\(seconds / 86_400) days"
    }

    /// Hosts of routes that are served over https by listeners where no certificate is for them.
    ///
    /// A listener without any certificate is the control plane's to tell of.
    static func hosts(
        of table: RoutingTable, listeners: [EdgeListener], certificates: [CertificateStatus]
    ) -> [ProblemFinding] {
        let secure = listeners.filter { $0.gateway.tls != nil && $0.gateway.tcp == nil }
        guard !secure.isEmpty else { return [] }
        let hosts = namedHosts(of: table)
        return secure.compactMap { listener in
            let names = certificates.filter { $0.listeners.contains(listener.name) }.flatMap(\.hosts)
            let known = Set(names.map { $0.lowercased() })
            guard !known.isEmpty else { return nil }
            let unknown = hosts.filter { host in
                !known.contains(host) && !known.contains("*" + host[(host.firstIndex(of: ".") ?? host.startIndex)...])
            }
            guard !unknown.isEmpty else { return nil }
            let more = unknown.count > 5 ? " and \(unknown.count - 5) more" : ""
            return ProblemFinding(
                "hosts", "listener \(listener.name)",
                "no certificate is for \(unknown.prefix(5).joined(separator: ", "))\(more), so over https clients are shown "
                    + "another one there, or refused: add certificates for them, or say https: off at their routes",
                .notice)
        }
    }

    /// The hosts, by their whole names, of routes that may be asked over https, each once and in order.
    private static func namedHosts(of table: RoutingTable) -> [String] {
        let plain = Set(table.description.services.filter { $0.access.https == .off }.map(\.name))
        var hosts: Set<String> = []
        for route in table.description.routes where route.access.https != .off {
            if !route.services.isEmpty, route.services.allSatisfy({ plain.contains($0.service) }) { continue }
            for host in route.hosts where isName(host) { hosts.insert(host.lowercased()) }
        }
        return hosts.sorted()
    }

    /// Whether a host of a route is one name: no pattern, and no address, which certificates rarely have.
    private static func isName(_ host: String) -> Bool {
        host.contains(".") && host.utf8.allSatisfy { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: ":") }
            && !host.hasPrefix("~") && !host.hasPrefix("[")
            && host.utf8.contains { $0 != UInt8(ascii: ".") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
