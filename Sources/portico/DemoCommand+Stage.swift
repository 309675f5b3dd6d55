import Control
import Reactor

extension DemoCommand {
    /// What is where, what there is to try, and the tour that tries it by itself.
    struct Stage: Sendable {
        /// Where the edge listens.
        let edgePort: UInt16
        /// Where the edge listens for https.
        let securePort: UInt16
        /// Where the store's API listens.
        let storePort: Int
        /// Where the dashboard and the admin API are.
        let adminPort: Int
        /// The certificate of the demo's authority, a file.
        let authority: String
        /// The backends; the last is not in the store at first.
        let backends: [Backend]

        /// The host that is asked for: its first label names the service.
        private static let host = "web.example.com"

        /// Whom the demo's certificate is for.
        static let certificateNames = [host, "*.example.com", "localhost", "127.0.0.1", "::1"]
        /// The host that is sent on to https, and the key of the route that does it.
        private static let plainHost = "plain.example.com"
        static let redirectKey = "routes/plain"

        /// That route.
        var redirect: String {
            "hosts: [\(Self.plainHost)]\nredirect: { to: \"\(secure)$request_uri\", status: 308 }\n"
        }

        /// The key of a backend.
        static func key(_ backend: Backend) -> String { "services/web-80/demo:\(backend.name):80" }

        private var edge: String { "http://127.0.0.1:\(edgePort)" }
        private var secure: String { "https://\(Self.host):\(securePort)" }
        private var dashboard: String { "http://127.0.0.1:\(adminPort)/" }
        private var keyPath: String { "/v1/kv/\(backends.last.map(Self.key) ?? "")" }
        private var keyURL: String { "http://127.0.0.1:\(storePort)\(keyPath)" }
        private var newcomer: String { backends.last?.address ?? "" }

        /// What is where.
        var introduction: String {
            let list = backends.map { "\($0.name) at \($0.address)" }.joined(separator: ", ")
            return """

                Portico: a store, three backends and the edge, all in this process.

                  the edge      \(edge), and https at port \(securePort)
                  the store     http://127.0.0.1:\(storePort), in Consul's HTTP API
                  the dashboard \(dashboard)
                  the backends  \(list)

                The store says that web-1 and web-2 serve web-80. web-3 runs too, but the store does not know it yet.

                """
        }

        /// What there is to try.
        var invitation: String {
            """

            See it in a browser, live: services, endpoints, what changes and why: \(dashboard)

            Commands to try in another terminal:

              Ask the service; the first label of the host is its name, and answers take turns:
                curl -H 'Host: \(Self.host)' \(edge)/

              A container starts, so its key is put; ask again, and web-3 answers too:
                curl -X PUT -d '\(newcomer)' \(keyURL)

              It stops, so its key is deleted:
                curl -X DELETE \(keyURL)

              The same over HTTP/2, under a certificate of an authority that was made for this demo:
                curl --http2 --cacert \(authority) \\
                  --resolve \(Self.host):\(securePort):127.0.0.1 \(secure)/

              A route in the store (\(Self.redirectKey)) sends those on who come without TLS:
                curl -i -H 'Host: \(Self.plainHost)' \(edge)/

              Why a request goes where it goes, and all endpoints at work:
                portico explain --admin 127.0.0.1:\(adminPort) http://\(Self.host)/
                portico top --admin 127.0.0.1:\(adminPort)

            What happens here, until Ctrl-C:

            """
        }

        private var edgeAddress: SocketAddress {
            SocketAddress(high: 0x0100_007F, low: 0, port: edgePort, isIPv6: false)
        }

        private var storeAddress: SocketAddress {
            SocketAddress(high: 0x0100_007F, low: 0, port: UInt16(truncatingIfNeeded: storePort), isIPv6: false)
        }

        // MARK: The tour

        /// The steps; throws if one does not show what it is to show.
        func takeTour(_ witness: Witness) async throws {
            KVCommand.writeLine("\n1. Four requests to \(Self.host):\n")
            let first = try await names(of: 4, isTold: true)
            try require(Set(first) == ["web-1", "web-2"], "web-1 and web-2 answer, but it was \(first)")

            KVCommand.writeLine("\n2. A container starts: its key is put.\n   PUT \(keyPath) = \(newcomer)\n")
            let clock = ContinuousClock()
            let written = try await change("PUT", body: newcomer)
            try await until("web-3 answers") { try await names(of: 1).contains("web-3") }
            let delay = (clock.now - written).milliseconds
            KVCommand.writeLine(
                "   web-3 answered \(delay) ms after the store had said that the key is written. Six requests:\n")
            let second = try await names(of: 6, isTold: true)
            try require(Set(second).count == 3, "all three answer, but it was \(second)")

            KVCommand.writeLine("\n3. It stops: its key is deleted.\n   DELETE \(keyPath)\n")
            let generation = witness.installation?.generation ?? 0
            _ = try await change("DELETE")
            try await until("another table is in force") { (witness.installation?.generation ?? 0) > generation }
            let third = try await names(of: 4, isTold: true)
            try require(!third.contains("web-3"), "web-3 gets nothing any more, but it was \(third)")

            try await askSecurely()
            try await look()
            KVCommand.writeLine("\nNo reload, no restart, and no request that was not answered.")
        }

        /// The step with TLS: where the plain host leads, and an answer from there.
        private func askSecurely() async throws {
            KVCommand.writeLine("\n4. A route in the store sends \(Self.plainHost) on to https:\n")
            try await until("the route is in force") {
                try await Connection.request("GET", "/", host: Self.plainHost, at: edgeAddress).status == 308
            }
            let sent = try await Connection.request("GET", "/", host: Self.plainHost, at: edgeAddress)
            let line = sent.head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("location:") } ?? ""
            KVCommand.writeLine("   \(sent.status) \(line)")
            try require(line.hasSuffix("\(secure)/"), "it leads to \(secure)/, but it was \(line)")

            KVCommand.writeLine("\n   There, under a certificate of an authority that was made for this demo:\n")
            let answer = try await SecureClient(authority: authority).get("\(secure)/", to: "127.0.0.1")
            KVCommand.writeLine("   \(answer.version) \(answer.status) \(answer.body.prefix { $0 != "\n" })")
            try require(answer.status == 200, "the answer is 200, but it was \(answer.status)")
            try require(answer.version == "HTTP/2", "HTTP/2 is spoken, but it was \(answer.version)")
        }

        /// The step with the dashboard: what it has seen of the others.
        private func look() async throws {
            KVCommand.writeLine("\n5. What the edge has done is at \(dashboard); it says of the web service:\n")
            let host = "127.0.0.1:\(adminPort)"
            let address = SocketAddress(
                high: 0x0100_007F, low: 0, port: UInt16(truncatingIfNeeded: adminPort), isIPv6: false)
            let page = try await Connection.request("GET", "/", host: host, at: address)
            try require(page.status == 200, "there is a dashboard, but the answer was \(page.status)")
            let metrics = try await Connection.request("GET", "/metrics", host: host, at: address).body
            let wanted = "portico_service_requests_total{service=\"web"
            let lines = metrics.split(separator: "\n").filter { $0.hasPrefix(wanted) }
            for line in lines { KVCommand.writeLine("   \(line)") }
            try require(!lines.isEmpty, "requests were counted, but it was \(metrics.prefix(200))")
        }

        /// Writes or deletes the newcomer's key.
        ///
        /// - Returns: when the store had answered.
        private func change(_ method: String, body: String = "") async throws -> ContinuousClock.Instant {
            let answer = try await Connection.request(
                method, keyPath, host: "127.0.0.1", body: body, at: storeAddress)
            let now = ContinuousClock.now
            try require(answer.status == 200, "\(method) \(keyPath) is answered with 200, but it was \(answer.status)")
            return now
        }

        /// Who answered each of `count` requests.
        private func names(of count: Int, isTold: Bool = false) async throws -> [String] {
            var names: [String] = []
            for _ in 0..<count {
                let answer = try await Connection.request("GET", "/", host: Self.host, at: edgeAddress)
                let line = answer.body.split(separator: "\n").first.map(String.init) ?? ""
                if isTold { KVCommand.writeLine("   \(answer.status) \(line)") }
                try require(answer.status == 200, "the answer is 200, but it was \(answer.status)")
                names.append(line.split(separator: " ").dropFirst(2).first.map(String.init) ?? "")
            }
            return names
        }

        /// Asks until `condition` holds, for ten seconds at the most.
        private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
            let end = ContinuousClock.now + .seconds(10)
            while try await !condition() {
                try require(ContinuousClock.now < end, "\(what) within ten seconds, but it did not")
                await Task.yield()
            }
        }

        private func require(_ condition: Bool, _ what: String) throws {
            guard !condition else { return }
            throw Connection.Failure(description: "the tour: it should be that \(what)")
        }
    }
}
