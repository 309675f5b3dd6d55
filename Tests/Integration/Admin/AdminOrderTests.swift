import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What operators change by the admin API of the real program, and what becomes of it.
    @Suite(.timeLimit(.minutes(3))) struct AdminOrders {
        /// An edge with two endpoints of one service.
        private struct Pair {
            let first: TestBackend
            let second: TestBackend
            let setting: Setting
            let admin: AdminAPI

            init(flags: [String] = []) throws {
                self.first = try TestBackend("first")
                self.second = try TestBackend("second")
                self.setting = try Setting(
                    services: ["web-80": [self.first, self.second]], flags: flags, hasAdmin: true)
                self.admin = try self.setting.edge.admin
            }

            /// Who answers each of so many requests.
            func answering(_ count: Int = 6) throws -> Set<String> {
                Set(try (0..<count).map { _ in try self.setting.client.get(host: "web-80.test").text })
            }
        }

        @Test("an endpoint that is drained gets nothing new, from the answer on, until it is enabled")
        func drain() throws {
            let pair = try Pair()
            #expect(try pair.answering() == ["first", "second"])
            let answer = try pair.admin.order("drain", "web-80", pair.first.address)
            #expect(answer["override"]["state"].text == "drain")
            #expect(try pair.answering() == ["second"])
            #expect(try pair.admin.endpoint("web-80", pair.first.address)["state"].text == "draining")
            try pair.admin.order("enable", "web-80", pair.first.address)
            #expect(try pair.answering() == ["first", "second"])

            try pair.admin.order("disable", "web-80", pair.second.address)
            #expect(try pair.answering() == ["first"])
            try pair.admin.order("enable", "web-80", pair.second.address)
            try pair.admin.order("weight?value=0", "web-80", pair.first.address)
            #expect(try pair.answering() == ["second"])
            try pair.admin.order("weight?value=auto", "web-80", pair.first.address)
            #expect(try pair.answering() == ["first", "second"])
            let told = try pair.admin.json("/api/v1/events")["events"].elements.filter { $0["kind"].text == "order" }
            #expect(
                told.compactMap { $0["what"].text }
                    == ["drain", "enable", "disable", "enable", "weight 0", "weight as the store says"], "\(told)")
        }

        @Test("what an operator has said outlives the program's death, and is forgotten with its endpoint")
        func restart() throws {
            let pair = try Pair()
            try pair.admin.order("drain", "web-80", pair.first.address)
            try pair.admin.order("weight?value=7", "web-80", pair.second.address)
            // It is written off the controller's path, within a second.
            let folder = pair.setting.edge.folder
            try pair.setting.edge.child.wait(until: "keeping both orders on disk") {
                // The first line is about the rest.
                let body = (try? folder.read("store/last-table.json"))?.split(separator: "\n", maxSplits: 1).last ?? ""
                return (try? JSONDocument(Array(body.utf8)))?["overrides"].elements.count == 2
            }
            try pair.setting.edge.kill()
            try pair.setting.edge.start()
            try pair.setting.edge.waitForAnswer(200, host: "web-80.test", from: "second")
            #expect(try pair.answering() == ["second"])
            #expect(try pair.admin.endpoint("web-80", pair.first.address)["override"]["state"].text == "drain")
            #expect(try pair.admin.endpoint("web-80", pair.second.address)["weight"].number == 7)

            try pair.setting.api.delete("services/web-80/h1:c0:80")
            try pair.setting.settle()
            #expect(try pair.admin.endpoint("web-80", pair.first.address) == .null)
            try pair.setting.put("services/web-80/h1:c0:80", pair.first)
            try pair.setting.settle()
            #expect(try pair.answering() == ["first", "second"])
            #expect(try pair.admin.endpoint("web-80", pair.first.address)["override"] == .null)
        }

        @Test("over a takeover the API goes on at its address, and all that was said stands")
        func takeover() throws {
            let pair = try Pair()
            try pair.admin.order("drain", "web-80", pair.first.address)
            let watcher = AdminWatcher(pair.admin)
            let before = try pair.admin.json("/api/v1/info")
            try pair.setting.edge.replaceItself()
            // The predecessor's answers end where the successor's begin.
            let child = try pair.setting.edge.child
            try child.wait(within: .seconds(60), until: "answering anew") {
                let now = try? pair.admin.json("/api/v1/info")
                return now.map { $0["started_at"] != before["started_at"] || $0["requests"] == 0 } ?? false
            }
            #expect(try pair.answering() == ["second"])
            #expect(try pair.admin.endpoint("web-80", pair.first.address)["override"]["state"].text == "drain")
            // The journal begins anew, with the table that was taken up.
            let events = try pair.admin.json("/api/v1/events")["events"].elements
            #expect(events.contains { $0["kind"].text == "table" && $0["what"].text == "installed" }, "\(events)")
            try pair.admin.order("enable", "web-80", pair.first.address)
            #expect(try pair.answering() == ["first", "second"])
            let gap = watcher.stop()
            print("admin takeover: the API was away for \(Int(gap.inMilliseconds)) ms")
            #expect(gap < .seconds(10))
        }

        @Test("while the edge drains, /readyz says so and /healthz keeps it alive; the API ends with it")
        func drainOfAll() throws {
            let gate = Gate()
            let backend = try TestBackend("web", .identity(after: gate))
            let setting = try Setting(services: ["web-80": [backend]], hasAdmin: true)
            let (admin, child) = (try setting.edge.admin, try setting.edge.child)
            #expect(try admin.ask("GET", "/readyz").text == "ok\n")
            let stream = try setting.client.connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            try backend.waitForRequests()
            child.signal(SIGTERM)
            try child.wait(until: "not ready") { try admin.ask("GET", "/readyz").status == 503 }
            #expect(try admin.ask("GET", "/readyz").text == "draining\n")
            #expect(try admin.ask("GET", "/healthz").status == 200)
            #expect(try admin.json("/api/v1/info")["draining"].isTrue)
            gate.open()
            #expect(try stream.answer(by: .after(.seconds(20))).text == "web")
            #expect(try child.waitForEnd() == .exited(0))
            #expect(throws: LabError.self) { try admin.ask("GET", "/healthz") }
        }
    }
}

/// Asks an admin API again and again, and notes for how long it was away.
private final class AdminWatcher: Sendable {
    private struct State {
        var isStopping = false
        var hasEnded = false
        var last = ContinuousClock.now
        var gap = Duration.zero
    }

    private let state = Guarded(State())

    init(_ admin: AdminAPI) {
        Thread.detachNewThread { [state] in
            while state.wait(until: .after(.milliseconds(5)), for: { $0.isStopping ? true : nil }) == nil {
                let isThere = (try? admin.ask("GET", "/healthz"))?.status == 200
                state.change { state in
                    let now = ContinuousClock.now
                    if isThere {
                        state.gap = max(state.gap, now - state.last)
                        state.last = now
                    }
                }
            }
            state.change { $0.hasEnded = true }
        }
    }

    /// Ends it, and tells the longest time between two answers.
    func stop() -> Duration {
        self.state.change { $0.isStopping = true }
        _ = self.state.wait(until: .after(.seconds(60))) { $0.hasEnded ? true : nil }
        return self.state.read { $0.gap }
    }
}
