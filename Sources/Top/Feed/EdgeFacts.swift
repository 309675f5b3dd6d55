/// What `/api/v1/info` says of an edge, as far as it is shown.
struct EdgeFacts: Decodable, Sendable, Equatable {
    /// The table in force.
    struct Table: Decodable, Sendable, Equatable {
        var generation: UInt64
        /// Seconds since 1970; nil or 0 before the first.
        var installedAt: Int64?

        enum CodingKeys: String, CodingKey {
            case generation
            case installedAt = "installed_at"
        }
    }

    /// Where the table comes from.
    struct Store: Decodable, Sendable, Equatable {
        var name: String?
        var available: Bool?
        var outage: String?
    }

    var version: String
    var startedAt: Int64
    /// Seconds.
    var uptime: Int64?
    var draining: Bool?
    var workers: Int?
    var connections: Int?
    var table: Table
    var store: Store?
    var problems: Int?

    enum CodingKeys: String, CodingKey {
        case version, uptime, draining, workers, connections, table, store, problems
        case startedAt = "started_at"
    }
}

/// What the stream's `totals` say every other second.
struct EdgeTotals: Decodable, Sendable, Equatable {
    var generation: UInt64
    var connections: Int
    var problems: Int
}

/// One of `/api/v1/problems`.
struct ProblemFacts: Decodable, Sendable, Equatable {
    /// The list.
    struct List: Decodable, Sendable { var problems: [ProblemFacts] }

    var subject: String
    var reason: String
    var severity: String
    /// Seconds since 1970.
    var since: Int64
    var source: String?
}

/// Something that happened, as the stream tells it.
struct EventFacts: Decodable, Sendable, Equatable {
    var id: UInt64
    /// Seconds since 1970.
    var time: Int64
    /// `table`, `problem`, `endpoint`, `order`.
    var kind: String
    var subject: String
    var what: String
    var detail: String
}

/// One of `/api/v1/endpoints`.
struct EndpointFacts: Decodable, Sendable, Equatable {
    /// The list.
    struct List: Decodable, Sendable { var endpoints: [EndpointFacts] }

    /// What an operator has said of it.
    struct Override: Decodable, Sendable, Equatable {
        var state: String?
        var weight: Int?
        /// Seconds since 1970.
        var since: Int64?
    }

    var address: String
    /// `in`, or why it gets no new requests in one word.
    var state: String
    var weight: Int?
    var backup: Bool?
    /// Why it is out, in words.
    var trouble: String?
    var inFlight: Int?
    var override: Override?

    enum CodingKeys: String, CodingKey {
        case address, state, weight, backup, trouble, override
        case inFlight = "in_flight"
    }
}
