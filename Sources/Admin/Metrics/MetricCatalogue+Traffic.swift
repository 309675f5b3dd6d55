extension MetricCatalogue {
    /// What is counted of a listener, route, service or endpoint.
    struct TrafficFamilies: Sendable {
        let requests: MetricFamily
        let responses: MetricFamily
        let received: MetricFamily
        let sent: MetricFamily

        init(_ prefix: String, of what: String, labels: [String]) {
            requests = MetricFamily(
                .counter, "portico_\(prefix)requests_total", "Requests and TCP sessions of \(what).", labels: labels)
            responses = MetricFamily(
                .counter, "portico_\(prefix)responses_total",
                "Answers of \(what) by the class of their status; a class without any is not there.",
                labels: labels + ["code"])
            received = MetricFamily(
                .counter, "portico_\(prefix)received_bytes_total", "Octets received from clients of \(what).",
                labels: labels)
            sent = MetricFamily(
                .counter, "portico_\(prefix)sent_bytes_total", "Octets sent to clients of \(what).", labels: labels)
        }

        var all: [MetricFamily] { [requests, responses, received, sent] }
    }

    /// Listeners.
    enum Listener {
        static let counters = TrafficFamilies("", of: "a listener", labels: ["listener"])
        static let durations = MetricFamily(
            .histogram, "portico_request_duration_seconds",
            "From a request's head to the end of its answer; of tunnels and TCP sessions to their end.",
            labels: ["listener"])
        static let inFlight = MetricFamily(
            .gauge, "portico_requests_in_flight", "Requests and TCP sessions of a listener that are under way.",
            labels: ["listener"])
        static let connections = MetricFamily(
            .gauge, "portico_client_connections", "Client connections that are open.", labels: ["listener"])
        static let accepted = MetricFamily(
            .counter, "portico_client_connections_accepted_total", "Client connections that were taken up.",
            labels: ["listener"])
        static let handshakes = MetricFamily(
            .counter, "portico_tls_handshakes_total",
            "TLS handshakes with clients: full ones, those that took up an earlier session, and those that failed.",
            labels: ["listener", "result"])
        static let sessions = MetricFamily(
            .counter, "portico_tls_sessions_total",
            "TLS handshakes with clients by the version and the protocol that were agreed on.",
            labels: ["listener", "version", "protocol"])

        static let all = counters.all + [durations, inFlight, connections, accepted, handshakes, sessions]
    }

    /// Routes.
    enum Route {
        static let counters = TrafficFamilies("route_", of: "a route", labels: ["route"])
        static let durations = MetricFamily(
            .summary, "portico_route_request_duration_seconds",
            "From a request's head to the end of its answer; of tunnels to their end.", labels: ["route"])
        static let inFlight = MetricFamily(
            .gauge, "portico_route_requests_in_flight", "Requests of a route that are under way.", labels: ["route"])

        static let all = counters.all + [durations, inFlight]
    }

    /// Services.
    enum Service {
        static let counters = TrafficFamilies("service_", of: "a service", labels: ["service"])
        static let durations = MetricFamily(
            .histogram, "portico_service_request_duration_seconds",
            "From a request's head to the end of its answer; of tunnels and TCP sessions to their end.",
            labels: ["service"])
        static let endpoints = MetricFamily(
            .gauge, "portico_service_endpoints",
            "A service's endpoints, and those among them that new requests may go to.", labels: ["service", "state"])
        static let inFlight = MetricFamily(
            .gauge, "portico_service_requests_in_flight", "Requests that are at a service's endpoints.",
            labels: ["service"])
        static let retries = MetricFamily(
            .counter, "portico_service_retries_total", "Tries made again, and those that the budget did not allow.",
            labels: ["service", "result"])
        static let retriesLeft = MetricFamily(
            .gauge, "portico_service_retry_budget_left", "Retries that a service's requests may have now.",
            labels: ["service"])
        static let hedges = MetricFamily(
            .counter, "portico_service_hedges_total",
            "Second endpoints that were asked as well, by whose answer was the first.", labels: ["service", "result"])
        static let queued = MetricFamily(
            .counter, "portico_service_queued_total",
            "Requests that had to wait for an endpoint with room: all of them, those whose time was over, and those that "
                + "found the line full.", labels: ["service", "result"])
        static let waiting = MetricFamily(
            .gauge, "portico_service_queue_length", "Requests that wait for an endpoint with room.",
            labels: ["service"])

        static let all =
            counters.all + [durations, endpoints, inFlight, retries, retriesLeft, hedges, queued, waiting]
    }

    /// Endpoints.
    enum Endpoint {
        static let labels = ["service", "endpoint"]
        static let counters = TrafficFamilies("endpoint_", of: "an endpoint", labels: labels)
        static let durations = MetricFamily(
            .summary, "portico_endpoint_request_duration_seconds",
            "From when an endpoint was asked to the end of its answer; of tunnels and TCP sessions to their end.",
            labels: labels)
        static let connections = MetricFamily(
            .counter, "portico_endpoint_connections_total", "Connections to an endpoint that were begun.",
            labels: labels)
        static let inFlight = MetricFamily(
            .gauge, "portico_endpoint_requests_in_flight", "Requests and TCP sessions that are at an endpoint.",
            labels: labels)
        static let failures = MetricFamily(
            .counter, "portico_endpoint_failures_total", "Tries that failed on the endpoint's side.", labels: labels)
        static let retries = MetricFamily(
            .counter, "portico_endpoint_retries_total", "Tries that were made again elsewhere.", labels: labels)
        static let isIn = MetricFamily(
            .gauge, "portico_endpoint_in", "Whether new requests may go to an endpoint.", labels: labels)
        static let weight = MetricFamily(.gauge, "portico_endpoint_weight", "An endpoint's weight.", labels: labels)
        static let healthy = MetricFamily(
            .gauge, "portico_endpoint_healthy",
            "Whether an endpoint's checks pass; of endpoints without any there are none.", labels: labels)
        static let checks = MetricFamily(
            .counter, "portico_endpoint_checks_total", "Health checks; of endpoints without any there are none.",
            labels: labels + ["result"])
        static let ejections = MetricFamily(
            .counter, "portico_endpoint_ejections_total",
            "Times that an endpoint was out for answering badly; of those that never were there are none.",
            labels: labels)
        static let ejected = MetricFamily(
            .gauge, "portico_endpoint_ejected", "1 for an endpoint that is out for answering badly.", labels: labels)

        static let all =
            counters.all + [
                durations, connections, failures, retries, inFlight, isIn, weight, healthy, checks, ejections, ejected,
            ]
    }
}
