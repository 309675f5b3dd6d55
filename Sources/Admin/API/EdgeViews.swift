internal import Logging
internal import Control
internal import Gateway
internal import KeyValue
internal import Routing

/// What the API says of an edge, as JSON: each list in an object, members by names that stay.
///
/// Times are seconds since 1970, durations seconds.
struct EdgeViews {
    let subject: AdminSubject
    let watch: ProblemWatch

    /// `/api/v1/info`.
    func info() -> AdminAnswer {
        let status = subject.controller.status
        let totals = subject.gateway.totals()
        return .json { writer in
            writer.member("version", subject.version)
            writer.member("started_at", subject.startedAt)
            writer.member("uptime", max(0, subject.journal.now - subject.startedAt))
            writer.member("ready", subject.isReady)
            writer.member("draining", subject.gateway.isDraining)
            writer.member("workers", totals.workers)
            writer.member("connections", totals.connections)
            writer.member("requests", totals.requests)
            writer.name("table")
            writer.object { writer in
                writer.member("generation", status.generation)
                writer.member("installed_at", status.installedAt)
                writer.member("services", status.services)
                writer.member("endpoints", status.endpoints)
                writer.member("routes", status.routes)
            }
            writer.name("store")
            writer.object { writer in
                writer.member("name", subject.store)
                writer.member("available", status.isStoreAvailable)
                writer.member("outage", status.outage)
            }
            writer.member("problems", watch.problems.count)
            writer.member("log_level", subject.logLevel?.level.rawValue)
        }
    }

    /// `/api/v1/events`.
    func events(_ query: AdminQuery) throws(AdminRefusal) -> AdminAnswer {
        let after = try query.number("after", else: 0, atMost: AdminQuery.numberMaximum)
        let limit = try query.number("limit", else: UInt64(AdminJournal.kept), atMost: UInt64(AdminJournal.kept))
        let (entries, last) = subject.journal.entries(after: after, limit: Int(limit))
        return .json { writer in
            writer.member("last", last)
            writer.name("events")
            writer.array { writer in
                for entry in entries { entry.write(to: &writer) }
            }
        }
    }

    /// `/api/v1/problems`.
    func problems() -> AdminAnswer {
        .json { writer in
            writer.name("problems")
            writer.array { writer in
                for problem in watch.problems { problem.write(to: &writer) }
            }
        }
    }

    /// `/api/v1/certificates`.
    func certificates() -> AdminAnswer {
        .json { writer in
            writer.objects("certificates", of: subject.controller.status.certificates) { writer, certificate in
                writer.member("name", certificate.name)
                writer.member("source", certificate.source)
                writer.member("hosts", certificate.hosts)
                writer.member("not_before", certificate.notBefore)
                writer.member("not_after", certificate.notAfter)
                writer.member("key", certificate.keyKind)
                writer.member("fingerprint", certificate.fingerprint)
                writer.member("stapled_until", certificate.stapledUntil)
                writer.member("former", certificate.isFormer)
                writer.member("listeners", certificate.listeners)
            }
        }
    }

    /// `/api/v1/listeners`.
    func listeners() -> AdminAnswer {
        let seen = subject.gateway.observe()
        let addresses = subject.gateway.listenAddresses
        return .json { writer in
            writer.objects("listeners", of: subject.configuration.listeners.enumerated()) { writer, item in
                let (index, listener) = item
                writer.member("name", listener.name)
                writer.member("address", addresses.indices.contains(index) ? addresses[index].text : "")
                writer.member(
                    "protocol", listener.gateway.tcp != nil ? "tcp" : listener.gateway.tls != nil ? "https" : "http")
                writer.member("tls", listener.gateway.tls != nil)
                writer.member("http2", listener.gateway.http2)
                writer.member("proxy_protocol", listener.gateway.readsProxy)
                writer.member("redirects_to_https", listener.gateway.redirectsToHTTPS)
                writer.traffic(seen.listeners.indices.contains(index) ? seen.listeners[index] : TrafficCounters())
            }
        }
    }
}

extension ListenAddress {
    /// As flags take it.
    fileprivate var text: String {
        switch self {
        case .ip(let address): "\(address)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
