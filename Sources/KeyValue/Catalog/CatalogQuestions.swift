internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// What Consul is asked about its services, and what its answers say.
struct CatalogQuestions: Sendable {
    /// Whom to ask.
    let store: ConsulStore
    /// What is wanted.
    let settings: StoreURL.Catalog

    /// The names of all services; its index moves when any instance of any of them changes.
    static let services = ConsulQuery(["catalog", "services"])
    /// The states of all checks.
    static let checks = ConsulQuery(["health", "state", "any"])

    /// How many questions are under way at once: an agent answers thousands a second one by one.
    private static let concurrency = 8

    /// The names in an answer, with a figure for each that differs when its tags do.
    static func names(_ json: [UInt8]) throws(KeyValueError) -> [String: Int] {
        do {
            return try JSONDecoder().decode([String: [String]].self, from: Data(json)).mapValues { tags in
                tags.reduce(0) { $0 &+ $1.hashValue }
            }
        } catch {
            throw KeyValueError(.garbled, "\(services.name): not Consul's list of services: \(error)")
        }
    }

    /// The checks in an answer.
    static func checks(_ json: [UInt8]) throws(KeyValueError) -> CatalogChecks {
        do {
            return try CatalogChecks(json.span)
        } catch {
            throw KeyValueError(
                .garbled, "\(checks.name): not Consul's checks (\(error.problem) at octet \(error.offset))")
        }
    }

    /// The names of all services now, and the index that they were read at.
    func names() async throws(KeyValueError) -> (names: [String], index: UInt64) {
        let request = ConsulSubject.index(Self.services).request(deadline: store.client.limits.answer)
        let answer = try await store.send(request)
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
        return (Array(try Self.names(Array(answer.body.readableBytesView)).keys), max(answer.index ?? 1, 1))
    }

    /// The instances of each of `names`, whatever their checks say.
    func instances(of names: [String]) async throws(KeyValueError) -> [String: [CatalogInstance]] {
        do {
            return try await withThrowingTaskGroup(of: (String, [CatalogInstance]).self) { group in
                var answers: [String: [CatalogInstance]] = [:]
                var rest = names.makeIterator()
                func askNext() {
                    guard let name = rest.next() else { return }
                    group.addTask { (name, try await instances(of: name)) }
                }
                for _ in 0..<Self.concurrency { askNext() }
                while let (name, instances) = try await group.next() {
                    answers[name] = instances
                    askNext()
                }
                return answers
            }
        } catch let error as KeyValueError {
            throw error
        } catch {
            throw KeyValueError(.unavailable, "catalog: \(store.name): \(error)")
        }
    }

    private func instances(of name: String) async throws(KeyValueError) -> [CatalogInstance] {
        var query: [(name: String, value: String?)] = settings.tags.map { ("tag", $0) }
        if let near = settings.near { query.append(("near", near)) }
        let request = ConsulRequest(
            what: "health of \(name)", method: .GET, path: "/v1/health/service/\(PercentCoding.encodeQuery(name))",
            query: query, deadline: store.client.limits.answer)
        let answer = try await store.send(request)
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
        do {
            return try CatalogInstance.instances(Array(answer.body.readableBytesView))
        } catch {
            throw KeyValueError(
                .garbled, "\(request.what): \(answer.server): not what Consul answers: \(answer.excerpt)")
        }
    }
}
