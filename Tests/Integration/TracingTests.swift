import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Spans of the real program at a collector.
    @Suite(.timeLimit(.minutes(2))) struct Tracing {
        private static let trace = "0af7651916cd43dd8448eb211c80319c"

        /// A collector that takes documents of spans, and refuses the first with 503.
        private static func collector(_ documents: Guarded<[[UInt8]]>, refusing: Guarded<Int>) throws -> TestBackend {
            try TestBackend(
                "collector",
                .custom { _, request, stream in
                    let isRefused = refusing.change { count in
                        defer { count -= 1 }
                        return count > 0
                    }
                    if isRefused {
                        try stream.socket.send("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
                        return true
                    }
                    #expect(request.target == "/v1/traces" && request["Content-Type"] == "application/json")
                    #expect(request["Authorization"] == "Bearer x")
                    documents.change { $0.append(request.body) }
                    try stream.socket.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                    return true
                })
        }

        @Test("what is sampled reaches the collector, and the rest before the program ends")
        func export() throws {
            let documents = Guarded<[[UInt8]]>([])
            let collector = try Self.collector(documents, refusing: Guarded(1))
            let setting = try Setting(
                backend: try TestBackend("web"),
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    trusted_proxies: [127.0.0.1]
                    tracing:
                      endpoint: http://\(collector.address)
                      headers: { Authorization: Bearer x }
                      sample: 0%
                      service_name: edge-1
                    """)
            let parent = "traceparent: 00-\(Self.trace)-b7ad6b7169203331-01"
            _ = try setting.client.get("/first?x=1", host: "web-80.test", fields: [parent, "User-Agent: a \"b\""])
            _ = try setting.client.get("/unsampled", host: "web-80.test")
            try setting.edge.child.wait(until: "sending spans") { documents.read { !$0.isEmpty } }
            let first = try SpanDocument(documents.read { $0[0] })
            #expect(first.resource["service.name"] == "edge-1")
            #expect(first.spans.map(\.kind) == [2, 3] && first.spans.allSatisfy { $0.trace == Self.trace })
            #expect(first.spans[0].parent == "b7ad6b7169203331" && first.spans[1].parent == first.spans[0].id)
            #expect(first.spans[0].attributes["url.path"] == "/first")
            #expect(first.spans[0].attributes["user_agent.original"] == "a \"b\"")
            _ = try setting.client.get("/last", host: "web-80.test", fields: [parent])
            try setting.edge.child.signal(SIGTERM)
            _ = try setting.edge.child.waitForEnd(within: .seconds(40))
            let paths = try documents.read { $0 }.flatMap { try SpanDocument($0).spans }
                .compactMap { $0.attributes["url.path"] }
            #expect(paths == ["/first", "/last"])
        }
    }
}
