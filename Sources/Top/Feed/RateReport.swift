/// What was done in a second, of a span.
struct Rates: Decodable, Sendable, Equatable {
    var requests = 0.0
    /// Answers of 5xx and broken ones.
    var failures = 0.0
    var bytesIn = 0.0
    var bytesOut = 0.0
    /// Seconds; nil where nothing was answered.
    var p50: Double?
    var p99: Double?
    /// Where the mean alone is known: endpoints.
    var mean: Double?

    enum CodingKeys: String, CodingKey {
        case requests = "requests_per_second"
        case failures = "failures_per_second"
        case bytesIn = "bytes_in_per_second"
        case bytesOut = "bytes_out_per_second"
        case p50, p99, mean
    }
}

// The decoders stand apart, so that each type keeps the initializer that it has by itself.

extension Rates {
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        requests = try members.decodeIfPresent(Double.self, forKey: .requests) ?? 0
        failures = try members.decodeIfPresent(Double.self, forKey: .failures) ?? 0
        bytesIn = try members.decodeIfPresent(Double.self, forKey: .bytesIn) ?? 0
        bytesOut = try members.decodeIfPresent(Double.self, forKey: .bytesOut) ?? 0
        p50 = try members.decodeIfPresent(Double.self, forKey: .p50)
        p99 = try members.decodeIfPresent(Double.self, forKey: .p99)
        mean = try members.decodeIfPresent(Double.self, forKey: .mean)
    }
}

/// The stream's `rates`: what a span of two seconds was like.
struct RateReport: Decodable, Sendable, Equatable {
    /// One service's.
    struct Service: Decodable, Sendable, Equatable {
        var name: String
        var rates: Rates
        var endpoints: Int
        var endpointsIn: Int
        var inFlight: Int?

        enum CodingKeys: String, CodingKey {
            case name, endpoints
            case endpointsIn = "endpoints_in"
            case inFlight = "in_flight"
        }
    }

    /// One endpoint's, of the service that was asked for.
    struct Endpoint: Decodable, Sendable, Equatable {
        var service: String
        var address: String
        var state: String
        var rates: Rates
        var inFlight: Int?

        enum CodingKeys: String, CodingKey {
            case service, address, state
            case inFlight = "in_flight"
        }
    }

    /// Seconds since 1970.
    var time: Double
    /// What it spans; 0 where nothing was measured yet.
    var seconds: Double
    var total: Rates
    var services: [Service]
    /// Those that did something or changed since the report before.
    var endpoints: [Endpoint]?
}

extension RateReport.Service {
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decode(String.self, forKey: .name)
        endpoints = try members.decodeIfPresent(Int.self, forKey: .endpoints) ?? 0
        endpointsIn = try members.decodeIfPresent(Int.self, forKey: .endpointsIn) ?? 0
        inFlight = try members.decodeIfPresent(Int.self, forKey: .inFlight)
        rates = try Rates(from: decoder)
    }
}

extension RateReport.Endpoint {
    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        service = try members.decode(String.self, forKey: .service)
        address = try members.decode(String.self, forKey: .address)
        state = try members.decode(String.self, forKey: .state)
        inFlight = try members.decodeIfPresent(Int.self, forKey: .inFlight)
        rates = try Rates(from: decoder)
    }
}
