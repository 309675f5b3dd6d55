extension MetricCatalogue {
    /// What listeners and routes have seen.
    enum Traffic {
        /// What is counted of a listener, route, service or endpoint.
        struct Counters: Sendable {
            let requests: MetricFamily
            let responses: MetricFamily
            let received: MetricFamily
            let sent: MetricFamily

            init(_ prefix: String, of what: String, labels: [String]) {
                requests = MetricFamily(
                    .counter, "portico_\(prefix)requests_total", "Requests and TCP sessions of \(what).",
                    labels: labels)
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

        static let listener = Counters("", of: "a listener", labels: ["listener"])
        static let route = Counters("route_", of: "a route", labels: ["route"])

        static let all = listener.all + route.all
    }

    /// Services.
    enum Service {
        static let counters = Traffic.Counters("service_", of: "a service", labels: ["service"])
        static let durations = MetricFamily(
            .histogram, "portico_service_request_duration_seconds",
            "From a request's head to the end of its answer; of tunnels to their end.", labels: ["service"])
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
        static let counters = Traffic.Counters("endpoint_", of: "an endpoint", labels: labels)
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
        static let checks = MetricFamily(
            .counter, "portico_endpoint_checks_total", "Health checks; of endpoints without any there are none.",
            labels: labels + ["result"])
        static let ejections = MetricFamily(
            .counter, "portico_endpoint_ejections_total",
            "Times that an endpoint was out for answering badly; of those that never were there are none.",
            labels: labels)
        static let ejected = MetricFamily(
            .gauge, "portico_endpoint_ejected", "1 for an endpoint that is out for answering badly.", labels: labels)

        static let all = counters.all + [inFlight, failures, retries, isIn, weight, checks, ejections, ejected]
    }
}
