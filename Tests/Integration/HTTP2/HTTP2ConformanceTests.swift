import Lab
import Testing

extension IntegrationTests {
    /// The edge as a server of HTTP/2: every case that h2spec 2.6 has, and what RFC 9113 asks of a gateway besides.
    @Suite(.timeLimit(.minutes(3))) struct HTTP2Conformance {
        /// Cases that belong together.
        struct Group: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let cases: [HTTP2Case]
        }

        static let groups = [
            Group(testDescription: "what every server takes", cases: HTTP2Case.generic),
            Group(testDescription: "the representations of HPACK", cases: HTTP2Case.representations),
            Group(testDescription: "the connection and its frames", cases: HTTP2Case.connection),
            Group(testDescription: "the states of streams", cases: HTTP2Case.streams),
            Group(testDescription: "frames of streams", cases: HTTP2Case.frames),
            Group(testDescription: "frames of the connection", cases: HTTP2Case.control),
            Group(testDescription: "windows", cases: HTTP2Case.windows),
            Group(testDescription: "malformed requests", cases: HTTP2Case.messages),
            Group(testDescription: "undecodable heads", cases: HTTP2Case.compression),
            Group(testDescription: "what RFC 9113 forbids besides", cases: HTTP2Case.beyond),
        ]

        static let configuration = """
            listeners: [{ address: "127.0.0.1:PORT", http2: true }]
            """

        @Test("every case is taken as the RFC asks, and the edge goes on", arguments: groups)
        func conforms(group: Group) throws {
            let backend = try TestBackend("conformance")
            let setting = try Setting(backend: backend, configuration: Self.configuration)
            for vector in group.cases {
                let before = backend.requestCount
                #expect(vector.fault(at: setting.edge.port) == nil)
                if case .malformed = vector.verdict {
                    #expect(backend.requestCount == before, "\(vector.name): a malformed request reached the backend")
                }
            }
            let client = try HTTP2RawClient(port: setting.edge.port)
            #expect(try client.get(host: HTTP2Probe.host).text == "conformance")
            #expect(try setting.client.get(host: HTTP2Probe.host).text == "conformance", "HTTP/1.1 at the same port")
        }

        @Test("the suite is whole: h2spec 2.6 has 146 cases")
        func isWhole() {
            #expect(Self.groups.dropLast().map(\.cases.count).reduce(0, +) >= 146)
        }
    }
}
