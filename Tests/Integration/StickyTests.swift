import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Clients stay where they are: over swaps of the table, restarts, and at another edge that has the same secret.
    @Suite(.timeLimit(.minutes(2))) struct Sticky {
        @Test("a cookie outlives 100 tables and a restart, and another edge understands it")
        func cookies() throws {
            let setting = try Setting()
            try setting.fill()
            let edge = try setting.edge("secret: 0123456789abcdef", name: "one")
            try edge.waitForAnswer(200, host: "web-80.test")
            let first = try edge.client.get(host: "web-80.test")
            let line = try #require(first["Set-Cookie"])
            #expect(line.hasPrefix("sid="))
            #expect(line.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
            let fields = ["Cookie: \(line.prefix { $0 != ";" })"]
            let mine = try #require(setting.backends.firstIndex { $0.name == first.text })
            func staysAt(_ edge: EdgeProcess) throws -> Bool {
                try edge.client.get(host: "web-80.test", fields: fields).text == first.text
            }
            // Others come, go and change places around it.
            for turn in 0..<100 {
                let number = [0, 1, 2, 3].filter { $0 != mine }[turn % 3]
                try setting.fill(without: number)
                #expect(try staysAt(edge))
                try setting.fill()
                #expect(try staysAt(edge))
            }
            try edge.kill()
            try edge.start()
            try edge.waitForAnswer(200, host: "web-80.test")
            #expect(try staysAt(edge))

            let other = try setting.edge("secret: 0123456789abcdef", name: "two")
            try other.waitForAnswer(200, host: "web-80.test")
            for _ in 0..<4 { #expect(try staysAt(other)) }
            // Its own key, made at its start, knows nothing of these cookies.
            let stranger = try setting.edge(nil, name: "three")
            try stranger.waitForAnswer(200, host: "web-80.test")
            #expect(try stranger.client.get(host: "web-80.test", fields: fields)["Set-Cookie"] != nil)

            setting.backends[mine].stop()
            let answer = try edge.client.get(host: "web-80.test", fields: fields)
            #expect(answer.status == 200 && answer.text != first.text)
            #expect(answer["Set-Cookie"] != nil)
        }

        @Test("a field's value keeps its endpoint while others come and go")
        func keys() throws {
            let setting = try Setting()
            try setting.fill()
            let edge = try setting.edge(nil, name: "one", service: "hash: header:X-User")
            try edge.waitForAnswer(200, host: "web-80.test")
            func owners() throws -> [String] {
                let stream = try edge.client.connect()
                return try (0..<60).map { user in
                    try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\nX-User: u\(user)\r\n\r\n")
                    return try stream.answer(by: .after(.seconds(20))).text
                }
            }
            let all = try owners()
            #expect(Set(all).count == 4)
            try setting.fill(without: 2)
            let gone = setting.backends[2].name
            // A table is in force some moments after its keys are written.
            try edge.waitFor("those of \(gone) have moved") { try !owners().contains(gone) }
            for (before, after) in zip(all, try owners()) { #expect(before == after || before == gone) }
            try setting.fill()
            try edge.waitFor("those of \(gone) are back") { try owners() == all }
        }
    }

    /// Four endpoints in a file, and edges that read it.
    private struct Setting {
        let folder: ScratchFolder
        let backends: [TestBackend]

        init() throws {
            folder = try ScratchFolder()
            backends = try ["a", "b", "c", "d"].map { try TestBackend($0) }
        }

        /// Writes the endpoints, but for one.
        func fill(without left: Int? = nil) throws {
            let lines = backends.indices.filter { $0 != left }.map { number in
                "services/web-80/h1:c\(number):80: \(backends[number].address)\n"
            }
            try folder.write("store.yaml", lines.joined())
        }

        func edge(
            _ secret: String?, name: String, service: String = "sticky: { cookie: sid, same_site: lax }"
        ) throws -> EdgeProcess {
            if let secret { try folder.write("secret", secret) }
            let file = secret == nil ? "" : "sticky_secret: \(folder.path)/secret\n"
            return try EdgeProcess(
                store: "file:\(folder.path)/store.yaml", configuration: "\(file)services: { web-80: { \(service) } }\n",
                flags: ["--state-dir", "state-\(name)"])
        }
    }
}

extension EdgeProcess {
    /// Waits until `condition` holds.
    fileprivate func waitFor(_ what: String, _ condition: () throws -> Bool) throws {
        let deadline = Deadline.after(.seconds(30))
        while try !condition() {
            if deadline.hasPassed { throw LabError("in 30 s it never came that \(what)") }
            Deadline.after(.milliseconds(10)).pass()
        }
    }
}
