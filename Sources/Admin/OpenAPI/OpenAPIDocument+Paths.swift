extension OpenAPIDocument {
    /// What can be asked and changed: the members of `paths`.
    static let paths = (reads + changes).map { path, operations in
        "\"\(path)\": {\(operations.map(\.text).joined(separator: ", "))}"
    }.joined(separator: ",\n")

    private static let reads: [(String, [OpenAPIOperation])] = [
        (
            "/healthz",
            [
                OpenAPIOperation(
                    summary: "Whether workers and the control plane turn.", answer: .text("text/plain"),
                    refusals: [(503, "Unwell")])
            ]
        ),
        (
            "/readyz",
            [
                OpenAPIOperation(
                    summary: "Whether there is a table, and no drain.", answer: .text("text/plain"),
                    refusals: [(503, "Unwell")])
            ]
        ),
        (
            "/metrics",
            [
                OpenAPIOperation(
                    summary: "Everything that is measured, as Prometheus's text.", answer: .text("text/plain"))
            ]
        ),
        ("/api/v1/info", [OpenAPIOperation(summary: "The edge as a whole.", answer: .schema("Info"))]),
        (
            "/api/v1/services",
            [
                OpenAPIOperation(
                    summary: "The services in force.", parameters: [.query("name", "That one alone.")],
                    answer: .list("services", of: "Service"))
            ]
        ),
        (
            "/api/v1/routes",
            [
                OpenAPIOperation(
                    summary: "The routes in force.", parameters: [.query("name", "That one alone.")],
                    answer: .list("routes", of: "Route"))
            ]
        ),
        (
            "/api/v1/endpoints",
            [
                OpenAPIOperation(
                    summary: "The endpoints in force, and those that were disabled.",
                    parameters: [.query("service", "That one's alone.")], answer: .list("endpoints", of: "Endpoint"))
            ]
        ),
        (
            "/api/v1/listeners",
            [OpenAPIOperation(summary: "Where the edge listens.", answer: .list("listeners", of: "Listener"))]
        ),
        (
            "/api/v1/certificates",
            [OpenAPIOperation(summary: "The certificates in force.", answer: .list("certificates", of: "Certificate"))]
        ),
        (
            "/api/v1/events",
            [
                OpenAPIOperation(
                    summary: "What has happened of late, the oldest first.",
                    parameters: [
                        .number("after", "Only what came after this id."),
                        .number("limit", "At most so many, the newest.", atMost: 1000),
                    ],
                    answer: .object([
                        ("last", #"{"type": "integer", "minimum": 0}"#),
                        ("events", OpenAPIOperation.Answer.array(of: "Event")),
                    ]))
            ]
        ),
        (
            "/api/v1/problems",
            [OpenAPIOperation(summary: "Everything that is wrong now.", answer: .list("problems", of: "Problem"))]
        ),
        (
            "/api/v1/explain",
            [
                OpenAPIOperation(
                    summary: "Why a request goes where it goes.",
                    parameters: [
                        .query("url", "http://shop.example.com/cart; or id."), .query("method", "GET unless said."),
                        .query("header", "Name: value; several may be given."),
                        .query("client", "The address that connects."), .query("listener", "The listener's name."),
                        .query("sni", "The name in the client's handshake; the URL's host unless said."),
                        .number("at", "A former table's generation."),
                        .query("id", "The X-Request-Id of a request already made."), .format,
                    ],
                    answer: .either("Explanation", "ExplainedRequest"), refusals: [(404, "Unknown")])
            ]
        ),
        (
            "/api/v1/generations",
            [
                OpenAPIOperation(
                    summary: "The tables that can be asked about, or what differs between two.",
                    parameters: [
                        .number("from", "One generation; else the one before the other."),
                        .number("to", "Another; else the newest."), .format,
                    ],
                    answer: .either("Generations", "Difference"), refusals: [(404, "Unknown")])
            ]
        ),
        (
            "/api/v1/stream",
            [
                OpenAPIOperation(
                    summary: "Server-sent events: each Event by its kind, totals, and, if asked for, Rates as rates.",
                    parameters: [
                        .query(
                            "rates", "Whether rates are told, every two seconds.",
                            schema: #"{"type": "string", "enum": ["true", "false"]}"#),
                        .query("service", "With rates: the service whose endpoints' rates are told, too."),
                    ],
                    answer: .text("text/event-stream"), refusals: [(503, "Late")])
            ]
        ),
        (
            "/api/v1/openapi.json",
            [OpenAPIOperation(summary: "This document.", answer: .json(#"{"type": "object"}"#))]
        ),
        (
            "/api/v1/log-level",
            [
                OpenAPIOperation(summary: "The least level that is logged.", answer: .schema("LogLevel")),
                OpenAPIOperation(
                    method: "put", summary: "Change it until the edge ends.",
                    parameters: [
                        .query(
                            "value", "The level.",
                            schema: "{\"type\": \"string\", \"enum\": [\"trace\", \"debug\", \"info\", \"notice\", "
                                + "\"warning\", \"error\", \"critical\"]}",
                            isRequired: true),
                        .shared("Intent"),
                    ],
                    description: "What it is now.", answer: .schema("LogLevel")),
            ]
        ),
    ]

    /// What can be changed of an endpoint.
    private static let changes: [(String, [OpenAPIOperation])] = [
        change("drain", "Nobody new; who is there goes on."), change("disable", "As if its key were gone."),
        change("enable", "Take drain or disable back."),
        change(
            "weight", "Another weight than the store's.",
            [
                .query(
                    "value", "0 to 65535, or auto for the store's.",
                    schema: #"{"oneOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, {"const": "auto"}]}"#,
                    isRequired: true)
            ]),
    ]

    private static func change(
        _ verb: String, _ summary: String, _ parameters: [OpenAPIOperation.Parameter] = []
    ) -> (String, [OpenAPIOperation]) {
        (
            "/api/v1/endpoints/{service}/{address}/\(verb)",
            [
                OpenAPIOperation(
                    method: "put", summary: summary,
                    parameters: [.shared("Service"), .shared("Address"), .shared("Intent")] + parameters,
                    description: "What stands now.", answer: .schema("Order"),
                    refusals: [(404, "Unknown"), (409, "Conflict"), (503, "Late")])
            ]
        )
    }
}
