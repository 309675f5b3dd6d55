import Certificates
import Discovery
import Foundation
import KeyValue
import Lab
import Routing
import Testing

@testable import Admin
@testable import Control
@testable import Gateway

/// Each thing that goes wrong is made to go wrong, seen among the problems, mended, and seen to be gone.
@Suite(.timeLimit(.minutes(3))) struct ProblemScenarioTests {
    /// A service's part of a configuration file.
    private static func policy(_ text: String) -> [String: ServicePolicy] {
        ConfigurationFile("services: { web-80: \(text) }", source: "test").configuration.services
    }

    @Test func `keys that mean nothing, until they are corrected`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80", "routes/r": "service: ["]) {
            edge async throws in
            try await edge.put("services/web-80/h:b:80", "rubbish")
            try await edge.isTold(of: "services/web-80/h:b:80")
            try await edge.isTold(of: "routes/r")
            try await edge.put("services/web-80/h:b:80", "10.0.0.2:80")
            try await edge.put("routes/r", "service: web-80\nhosts: [r.example]")
            try await edge.isRid(of: "services/web-80/h:b:80")
            try await edge.isRid(of: "routes/r")
        }
    }

    @Test func `routes to nowhere, and routes that others stand before`() async throws {
        let entries = [
            "services/web-80/h:a:80": "10.0.0.1:80", "routes/a": "hosts: [a.example]\npaths: [/]\nservice: web-80",
        ]
        try await ObservedEdge.with(entries) { edge async throws in
            try await edge.put("routes/b", "hosts: [a.example]\npaths: [/]\nservice: web-80")
            try await edge.isTold(of: "route b", "is route a's")
            try await edge.put("routes/b", "hosts: [a.example]\npaths: [\"~^/b\"]\nservice: nobody-80")
            try await edge.isTold(of: "route b", "never matches")
            try await edge.isTold(of: "route b", "service nobody-80 has no endpoint")
            try await edge.isTold(of: "service nobody-80", "no endpoint takes requests")
            try await edge.put("routes/b", "hosts: [b.example]\nservice: web-80")
            try await edge.isRid(of: "route b")
            try await edge.isRid(of: "service nobody-80")
        }
    }

    @Test func `checks that fail, and a service of which all are out`() async throws {
        let backend = try TestBackend("b", .status(503))
        let value = "\(backend.address) health=/up health_interval=20ms health_unhealthy=1 health_healthy=1"
        try await ObservedEdge.with(["services/web-80/h:a:80": value]) { edge async throws in
            try await edge.isTold(of: "endpoint web-80/\(backend.address)", "its checks fail: GET /up: 503")
            try await edge.isTold(of: "service web-80", "all 1 endpoints are out")
            backend.behave(.identity)
            try await edge.isRid(of: "service web-80")
            try await edge.isRid(of: "endpoint web-80/\(backend.address)")
            let metrics = try await edge.until {
                try Exposition(try await edge.ask("GET", "/metrics").text)
            } _: {
                $0["portico_endpoint_healthy{service=\"web-80\",endpoint=\"\(backend.address)\"}"] == 1
            }
            let checks = "portico_endpoint_checks_total{service=\"web-80\",endpoint=\"\(backend.address)\""
            #expect((metrics["\(checks),result=\"failed\"}"] ?? 0) >= 1)
            #expect((metrics["\(checks),result=\"passed\"}"] ?? 0) >= 1)
        }
    }

    @Test func `endpoints that answer badly, until they come back`() async throws {
        let (bad, good) = (try TestBackend("bad", .status(500)), try TestBackend("good"))
        let entries = ["services/web-80/h:a:80": bad.address as String, "services/web-80/h:b:80": good.address]
        try await ObservedEdge.with(entries) {
            $0.services = Self.policy("{ outlier: { consecutive_errors: 2, ejection: 2s }, retries: { attempts: 0 } }")
        } _: { edge async throws in
            for _ in 0..<6 { _ = try await edge.request(host: "web.example") }
            try await edge.isTold(of: "endpoint web-80/\(bad.address)", "it answers badly and is out for a while")
            let name = "portico_endpoint_ejections_total{service=\"web-80\",endpoint=\"\(bad.address)\"}"
            #expect(try Exposition(try await edge.ask("GET", "/metrics").text)[name] == 1)
            try await edge.isRid(of: "endpoint web-80/\(bad.address)")
        }
    }

    @Test func `a store that is away, and removals that are held back`() async throws {
        let entries = Dictionary(
            uniqueKeysWithValues: (0..<30).map { ("services/web-80/h:\($0):80", "10.0.0.\($0 + 1):80") })
        try await ObservedEdge.with(entries) { edge async throws in
            await edge.store.setAway(KeyValueError(.unavailable, "no answer"))
            try await edge.isTold(of: "store", "start the store again")
            #expect(try Exposition(try await edge.ask("GET", "/metrics").text)["portico_store_available"] == 0)
            await edge.store.setAway(nil)
            try await edge.isRid(of: "store")
            await edge.store.wipe()
            try await edge.isTold(of: "held endpoints", "30 endpoints are gone from the store but still served")
            for (key, value) in entries { try await edge.put(key, value) }
            try await edge.isRid(of: "held endpoints")
        }
    }

    // MARK: Limits

    @Test func `limits that turn clients away, and connections that are about to`() async throws {
        let backend = try TestBackend("b")
        try await ObservedEdge.with(["services/web-80/h:a:80": backend.address]) {
            $0.limits.connections = 10
        } _: { edge async throws in
            let port = try edge.port
            try await edge.isRid(of: "connections")
            let streams = try (0..<9).map { _ in try RawClient(port: port).connect() }
            for stream in streams {
                try stream.socket.send("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
                _ = try stream.answer(by: .after(.seconds(20)))
            }
            try await edge.isTold(of: "connections", "clients have 9 of the 10")
            let last = try RawClient(port: port).connect()
            try last.socket.send("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
            _ = try last.answer(by: .after(.seconds(20)))
            #expect(throws: (any Error).self) {
                _ = try RawClient(port: port).exchange("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
            }
            try await edge.isTold(of: "connections", "(1 so far)")
            streams.forEach { $0.socket.close() }
            try await edge.isRid(of: "connections", "clients have")
        }
    }

    @Test func `requests that find no room, and retries that are used up`() async throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        try await ObservedEdge.with(["services/web-80/h:a:80": backend.address]) {
            $0.services = Self.policy("{ limits: { connections_per_endpoint: 1, queue: 10ms } }")
        } _: { edge async throws in
            let port = try edge.port
            let first = try RawClient(port: port).connect()
            try first.socket.send("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n")
            try await edge.until({ edge.gateway.observe().standings[0].inFlight }) { $0 == 1 }
            // What was counted before anybody has looked is of unknown age.
            try await edge.isRid(of: "service web-80: queue")
            try await edge.until {
                #expect(try await edge.request(host: "web.example").status == 503)
                return try await edge.problems()
            } _: {
                $0.contains { $0["subject"].text == "service web-80: queue" }
            }
            gate.open()
        }
    }

    @Test func `little room is told from nine tenths on until it is less than eight`() {
        var (book, totals) = (RoomBook(), GatewayTotals())
        func told(_ connections: Int, descriptors: Int = 0) -> [String] {
            totals.connections = connections
            return book.findings(totals) { ProcessFigures(descriptors: descriptors, descriptorLimit: 1000) }.map(
                \.subject)
        }
        totals.connectionsMaximum = 100
        #expect(told(89) == [])
        #expect(told(90) == ["connections"])
        #expect(told(80) == ["connections"])
        #expect(told(79) == [])
        #expect(told(89) == [])
        // Descriptors are not counted at each look.
        let looks = (0..<2 * RoomBook.looksPerCount).map { _ in told(0, descriptors: 950) }
        #expect(looks.first == [])
        #expect(looks.last == ["descriptors"])
        #expect((0..<RoomBook.looksPerCount).map { _ in told(0) }.last == [])
    }

    @Test func `what has no metrics of its own is told`() {
        let caps = EdgeMetrics.Caps(services: 5, routes: 5, endpoints: 5, histograms: 5)
        #expect(RoomBook.metrics((5, 5, 5), caps) == [])
        let found = RoomBook.metrics((5, 7, 9), caps)
        #expect(found.map(\.subject) == ["metrics"])
        #expect(found.first?.reason.hasPrefix("2 routes, 4 endpoints have none of their own") == true)
    }

    @Test func `an operator's word stands since it was said`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "10.0.0.2:80"])
        { edge async throws in
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/drain").status == 200)
            let found = try await edge.isTold(of: "endpoint web-80/10.0.0.1:80", "drain by an operator")
            let endpoints = try await edge.json("/api/v1/endpoints")["endpoints"].elements
            #expect(found["severity"].text == "notice")
            #expect(found["since"] == endpoints.first { $0["address"].text == "10.0.0.1:80" }?["override"]["since"])
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/enable").status == 200)
            try await edge.isRid(of: "endpoint web-80/10.0.0.1:80")
        }
    }

    // MARK: Certificates

    @Test func `certificates that end, have not begun or cannot be read, and hosts that none is for`() async throws {
        let authority = try DevelopmentAuthority()
        let folder = try ScratchFolder()
        let now = Int64(Date().timeIntervalSince1970)
        func write(_ name: String, _ host: String, days: Int, begin: Int64? = nil) throws {
            var request = DevelopmentAuthority.Request(names: [host])
            request.days = days
            request.notBefore = begin
            let issued = try authority.issue(request)
            try folder.write("\(name).key", String(decoding: issued.key, as: UTF8.self))
            try folder.write("\(name).pem", String(decoding: issued.certificate, as: UTF8.self))
        }
        try write("past", "past.example", days: 2, begin: now - 3 * 86_400)
        try write("soon", "soon.example", days: 90, begin: now - 88 * 86_400)
        try write("future", "future.example", days: 90, begin: now + 10 * 86_400)
        try folder.write("broken.pem", "rubbish")
        try write("wild", "*.wild.example", days: 90)
        let entries = [
            "services/web-80/h:a:80": "10.0.0.1:80",
            "routes/r": "hosts: [a.wild.example, none.example]\nservice: web-80",
            "routes/p": "hosts: [plain.example]\nservice: web-80\nhttps: off",
        ]
        try await ObservedEdge.with(entries) { configuration in
            configuration.certificateFolder = folder.path
            if let address = ListenAddress(text: "127.0.0.1:0") {
                configuration.listeners.append(EdgeListener(tls: address, name: "https"))
            }
        } _: { edge async throws in
            let past = try await edge.isTold(of: "certificate past", "it has ended (past.example)")
            // It began to be one when a tenth of its life was left.
            #expect(past["since"].number.map { abs($0 - Double(now - 86_400 - 2 * 8_640)) < 3 } == true)
            try await edge.isTold(of: "certificate soon", "it ends in 47 hours")
            try await edge.isTold(of: "certificate future", "it is not good yet")
            try await edge.isTold(of: "certificate \(folder.path)/broken.pem")
            try await edge.isTold(of: "listener https", "no certificate is for none.example, so")
            for name in ["past", "soon", "future"] { try write(name, "\(name).example", days: 90) }
            try write("broken", "none.example", days: 90)
            for name in ["past", "soon", "future"] { try await edge.isRid(of: "certificate \(name)") }
            try await edge.isRid(of: "certificate \(folder.path)/broken.pem")
            try await edge.isRid(of: "listener https")
        }
    }
}

extension ObservedEdge {
    /// The port of the first listener.
    var port: UInt16 {
        get throws {
            guard case .ip(let address) = gateway.listenAddresses[0] else { throw LabError("no port") }
            return address.port
        }
    }

    /// Writes an entry of the store.
    func put(_ key: String, _ value: String) async throws {
        try await store.put(key, value: Array(value.utf8), flags: 0)
    }

    /// All that is told to be wrong.
    func problems() async throws -> [JSONDocument] { try await json("/api/v1/problems")["problems"].elements }

    /// Waits until there is a problem with `subject`, whose reason holds `text`, and which the journal has told of: gives it.
    @discardableResult
    func isTold(of subject: String, _ text: String = "") async throws -> JSONDocument {
        func isIt(_ problem: JSONDocument) -> Bool {
            problem["subject"].text == subject && (text.isEmpty || problem["reason"].text?.contains(text) == true)
        }
        let problems = try await until(problems) { $0.contains(where: isIt) }
        try await until {
            try await json("/api/v1/events")["events"].elements
        } _: { events in
            // Of endpoints their own entries tell.
            events.contains {
                subject.hasPrefix("endpoint")
                    ? ["endpoint", "order"].contains($0["kind"].text)
                    : $0["subject"].text == subject && $0["what"].text == "appeared"
            }
        }
        return problems.first(where: isIt) ?? .null
    }

    /// Waits until there is no problem with `subject` whose reason holds `text`.
    func isRid(of subject: String, _ text: String = "") async throws {
        try await until(problems) { problems in
            !problems.contains {
                $0["subject"].text == subject && (text.isEmpty || $0["reason"].text?.contains(text) == true)
            }
        }
    }
}
