extension MetricCatalogue {
    /// The edge as a whole.
    enum Whole {
        static let build = MetricFamily(.gauge, "portico_build_info", "The program's version.", labels: ["version"])
        static let ready = MetricFamily(
            .gauge, "portico_ready", "Whether there is a table to serve by and no drain: what /readyz says.")
        static let workers = MetricFamily(.gauge, "portico_workers", "Worker threads.")
        static let connectionLimit = MetricFamily(
            .gauge, "portico_client_connections_limit",
            "Client connections that may be open, all workers together; each has its part of them.")
        static let refusedConnections = MetricFamily(
            .counter, "portico_client_connections_refused_total",
            "Client connections turned away: by that limit, for want of descriptors, by limits of their address.",
            labels: ["reason"])
        static let malformed = MetricFamily(
            .counter, "portico_malformed_requests_total", "Requests that the parser has refused.")
        static let errors = MetricFamily(
            .counter, "portico_request_errors_total",
            "Requests and TCP sessions that ended otherwise than by an endpoint's whole answer, by the access log's reason.",
            labels: ["cause", "side"])
        static let open = MetricFamily(
            .gauge, "portico_upstream_open_connections", "Connections to endpoints that are open.")
        static let idle = MetricFamily(
            .gauge, "portico_upstream_idle_connections", "Connections to endpoints that wait for their next request.")
        static let dials = MetricFamily(
            .counter, "portico_upstream_connections_total", "Connections to endpoints that were begun.")
        static let reuses = MetricFamily(
            .counter, "portico_upstream_connection_reuses_total",
            "Requests that went over a connection to an endpoint that was there already.")
        static let upstreamHandshakes = MetricFamily(
            .counter, "portico_upstream_tls_handshakes_total",
            "TLS handshakes with endpoints: full ones, those that took up an earlier session, and those that failed.",
            labels: ["result"])
        static let tunnels = MetricFamily(
            .counter, "portico_tunnels_total", "Tunnels that were begun: WebSockets and other upgrades.")
        static let openTunnels = MetricFamily(.gauge, "portico_tunnels_open", "Tunnels that are open.")
        static let streams = MetricFamily(
            .counter, "portico_http2_streams_total", "HTTP/2 streams, with clients and endpoints.", labels: ["result"])
        static let resets = MetricFamily(
            .counter, "portico_http2_resets_total", "RST_STREAM frames.", labels: ["direction"])
        static let streamErrors = MetricFamily(
            .counter, "portico_http2_protocol_errors_total", "HTTP/2 frames that broke rules.")
        static let headersRefused = MetricFamily(
            .counter, "portico_http2_headers_refused_total",
            "HTTP/2 field sections of more octets or fields than allowed.")
        static let closures = MetricFamily(
            .counter, "portico_http2_connections_closed_total",
            "HTTP/2 connections that were ended for what the peer did.", labels: ["reason"])
        static let compressed = MetricFamily(
            .counter, "portico_compressed_responses_total", "Answers that were compressed.")
        static let compressionInput = MetricFamily(
            .counter, "portico_compression_input_bytes_total", "Octets of their bodies before.")
        static let compressionOutput = MetricFamily(
            .counter, "portico_compression_output_bytes_total", "Octets of their bodies after.")
        static let logDropped = MetricFamily(
            .counter, "portico_log_lines_dropped_total",
            "Access log lines dropped because the writer was behind or the disk full.")
        static let spansExported = MetricFamily(
            .counter, "portico_spans_exported_total", "Spans that the collector has taken.")
        static let spansDropped = MetricFamily(
            .counter, "portico_spans_dropped_total", "Spans dropped because the collector did not take them in time.")
        static let leftOut = MetricFamily(
            .gauge, "portico_metrics_left_out",
            "Services, routes and endpoints that have no metrics of their own, for there are too many.",
            labels: ["kind"])

        static let all = [
            build, ready, workers, connectionLimit, refusedConnections, malformed, errors, open, idle, dials, reuses,
            upstreamHandshakes, tunnels, openTunnels, streams, resets, streamErrors, headersRefused, closures,
            compressed, compressionInput, compressionOutput, logDropped, spansExported, spansDropped, leftOut,
        ]
    }

    /// The table, and where it comes from.
    enum Table {
        static let generation = MetricFamily(
            .gauge, "portico_table_generation", "The number of the table in force; the lowest of all workers'.")
        static let installed = MetricFamily(
            .gauge, "portico_table_installed_timestamp_seconds", "When the table in force was installed.")
        static let services = MetricFamily(.gauge, "portico_table_services", "Services in the table.")
        static let endpoints = MetricFamily(.gauge, "portico_table_endpoints", "Endpoints in the table.")
        static let routes = MetricFamily(.gauge, "portico_table_routes", "Routes in the table.")
        static let updates = MetricFamily(
            .histogram, "portico_table_update_seconds", "From the store's word to the table in force.")
        static let compilations = MetricFamily(
            .histogram, "portico_table_compilation_seconds", "How long the compilation of a table took.")
        static let swaps = MetricFamily(
            .counter, "portico_table_swaps_total", "Tables that workers took up, each worker's counted.")
        static let swapTime = MetricFamily(
            .counter, "portico_table_swap_seconds_total", "Time in which workers did nothing else for that.")
        static let store = MetricFamily(.gauge, "portico_store_available", "Whether the store answers.")
        static let problems = MetricFamily(
            .gauge, "portico_problems", "What is wrong now: /api/v1/problems lists it.", labels: ["severity"])
        static let overrides = MetricFamily(
            .gauge, "portico_endpoint_overrides", "Endpoints of which an operator has said something at run time.")
        static let certificates = MetricFamily(
            .gauge, "portico_certificate_expiry_timestamp_seconds", "The last second in which a certificate is good.",
            labels: ["certificate", "source"])

        static let all = [
            generation, installed, services, endpoints, routes, updates, compilations, swaps, swapTime, store, problems,
            overrides, certificates,
        ]
    }

    /// The process, by the names that all of Prometheus's clients use.
    enum Process {
        static let cpu = MetricFamily(
            .counter, "process_cpu_seconds_total", "Time on processors, the program's own and the kernel's for it.")
        static let resident = MetricFamily(.gauge, "process_resident_memory_bytes", "Octets resident.")
        static let virtual = MetricFamily(.gauge, "process_virtual_memory_bytes", "Octets of address space.")
        static let descriptors = MetricFamily(.gauge, "process_open_fds", "Open descriptors.")
        static let descriptorLimit = MetricFamily(.gauge, "process_max_fds", "The most descriptors that may be open.")
        static let started = MetricFamily(.gauge, "process_start_time_seconds", "When the process began.")

        static let all = [cpu, resident, virtual, descriptors, descriptorLimit, started]
    }
}
