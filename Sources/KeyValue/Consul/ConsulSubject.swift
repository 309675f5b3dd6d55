internal import NIOCore
internal import NIOHTTP1

/// What a watch follows.
enum ConsulSubject: Sendable {
    /// All keys that begin with something.
    case prefix(String, ConsulScope)
    /// One key.
    case key(String, ConsulScope)
    /// An answer in JSON, which stands as the value of one entry.
    case query(ConsulQuery)
    /// The same, with the answer's index as the entry's: every move of it is a change.
    case index(ConsulQuery)

    /// Its form without a leading slash.
    ///
    /// Throws for keys that Consul does not keep.
    func checked() throws(KeyValueError) -> ConsulSubject {
        switch self {
        case .prefix(let prefix, let scope): .prefix(try ConsulStore.checkedPrefix(prefix), scope)
        case .key(let key, let scope): .key(try ConsulStore.checkedPrefix(key), scope)
        case .query, .index: self
        }
    }

    /// For errors: what is asked.
    var what: String {
        switch self {
        case .prefix(let key, _), .key(let key, _): "watch of \(key)"
        case .query(let query), .index(let query): "watch of \(query.name)"
        }
    }

    /// A request for it as it is now.
    func request(deadline: Duration) -> ConsulRequest {
        switch self {
        case .prefix(let prefix, let scope):
            ConsulRequest(
                what: what, method: .GET, path: ConsulStore.path(prefix), query: [("recurse", nil)] + scope.parameters,
                deadline: deadline)
        case .key(let key, let scope):
            ConsulRequest(
                what: what, method: .GET, path: ConsulStore.path(key), query: scope.parameters, deadline: deadline)
        case .query(let query), .index(let query):
            ConsulRequest(
                what: what, method: .GET, path: query.path,
                query: query.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + query.scope.parameters,
                deadline: deadline)
        }
    }

    /// What an answer holds; `memory` knows the answers before it.
    func entries(
        _ answer: ConsulAnswer, what: String, memory: inout ConsulListingMemory
    ) throws(KeyValueError) -> [KeyValueEntry] {
        switch self {
        case .prefix(let prefix, _):
            return try ConsulListing.entries(answer, prefix: prefix, what: what, memory: &memory)
        case .key(let key, _):
            return try ConsulListing.entries(answer, prefix: key, what: what).filter { $0.key == key }
        case .query(let query):
            guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: what) }
            return [KeyValueEntry(key: query.name, value: Array(answer.body.readableBytesView))]
        case .index(let query):
            guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: what) }
            let value = Array(answer.body.readableBytesView)
            guard !answer.isFiltered || value.count > 4 else {
                throw KeyValueError(
                    .denied, "\(what): \(answer.server): the token may not see any of it: give one that may")
            }
            return [KeyValueEntry(key: query.name, value: value, modifyIndex: answer.index ?? 0)]
        }
    }
}
