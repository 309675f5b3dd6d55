import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Who may ask the admin API, as curl and a browser's page would.
    @Suite(.timeLimit(.minutes(2))) struct AdminAccess {
        /// What curl is answered.
        private func status(_ arguments: [String]) throws -> String {
            try Command.output("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "20"] + arguments)
        }

        @Test("pages of other origins, and names that only resolve to this machine, get nothing")
        func strangers() throws {
            let edge = try EdgeProcess(hasAdmin: true)
            let admin = try edge.admin
            let info = "\(admin.url)/api/v1/info"
            #expect(try self.status([info]) == "200")
            #expect(try self.status(["http://localhost:\(admin.port)/api/v1/info"]) == "200")
            let evil = ["--resolve", "evil.example:\(admin.port):127.0.0.1"]
            #expect(try self.status(evil + ["http://evil.example:\(admin.port)/api/v1/info"]) == "421")
            #expect(try self.status(["-H", "Host: evil.example", info]) == "421")
            #expect(try self.status(["-H", "Origin: http://evil.example", info]) == "403")
            #expect(try self.status(["-H", "Origin: \(admin.url)", info]) == "200")
            #expect(try self.status(["-H", "Sec-Fetch-Site: cross-site", info]) == "403")
            // What a form of another page can send.
            let level = "\(admin.url)/api/v1/log-level?value=debug"
            #expect(try self.status(["-X", "PUT", level]) == "403")
            #expect(try self.status(["-d", "value=debug", "\(admin.url)/api/v1/log-level"]) == "403")
            #expect(try self.status(["-X", "OPTIONS", "-H", "Origin: http://evil.example", level]) == "403")
            #expect(try self.status(["-X", "PUT", "-H", "X-Requested-With: curl", level]) == "200")
        }

        @Test("at an address of other machines a token is needed, and the same one after a takeover")
        func token() throws {
            let port = try FreePort.next()
            let token = "0123456789abcdef0123456789abcdef"
            // Of 127.0.0.0/8 all is this machine's own; any address is not.
            let address = ["PORTICO_ADMIN": "0.0.0.0:\(port)"]
            let folder = try ScratchFolder()
            let refused = try Command.run(
                Repository.portico(),
                ["edge", "--listen", "127.0.0.1:0", "--store-listen", "127.0.0.1:0"], in: folder.path,
                environment: address)
            #expect(refused.ending == .exited(78) || refused.ending == .exited(1), "\(refused.text)")
            #expect(refused.text.contains("token"), "\(refused.text)")

            let edge = try EdgeProcess(environment: address.merging(["PORTICO_ADMIN_TOKEN": token]) { $1 })
            let info = "http://127.0.0.1:\(port)/api/v1/info"
            func check() throws {
                #expect(try self.status([info]) == "401")
                #expect(try self.status(["-H", "Authorization: Bearer wrong", info]) == "401")
                #expect(try self.status(["-H", "Authorization: Bearer \(token)", info]) == "200")
                #expect(try self.status(["http://127.0.0.1:\(port)/readyz"]) == "200")
                #expect(try self.status(["http://127.0.0.1:\(port)/metrics"]) == "401")
                let level = "http://127.0.0.1:\(port)/api/v1/log-level?value=info"
                #expect(try self.status(["-X", "PUT", "-H", "X-Requested-With: curl", level]) == "401")
                #expect(try self.status(["-X", "PUT", "-H", "Authorization: Bearer \(token)", level]) == "200")
            }
            let child = try edge.child
            try child.waitForPort(port)
            try check()
            try edge.replaceItself()
            try child.wait(within: .seconds(60), until: "served by the successor alone") {
                child.lines.count { $0.contains("the admin API is served") } > 1
            }
            try check()
            // Nobody who reads the log learns it.
            #expect(!child.lines.contains { $0.contains(token) })
        }
    }
}
