import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// gRPC from a real client to a real server through the edge: TLS on one side, HTTP/2 in the clear on the other.
    @Suite(.timeLimit(.minutes(2))) struct GRPC {
        /// A server of gRPC, and an edge before it.
        private struct Stage {
            let secure: SecureSetting
            let server: ChildProcess
            let folder: ScratchFolder

            init(more: String = "") throws {
                let folder = try ScratchFolder()
                let (server, port) = try Command.server(GRPCScripts.server, in: folder)
                let secure = try SecureSetting(more: more, workers: 2)
                try secure.setting.api.put("services/web-80/h1:c0:80", "127.0.0.1:\(port) protocol=h2c")
                try secure.setting.settle()
                (self.secure, self.server, self.folder) = (secure, server, folder)
            }

            /// What the client prints when it does `part`.
            func client(_ part: String) throws -> String {
                try Command.script(
                    GRPCScripts.client,
                    ["\(self.secure.port)", self.secure.authority.certificate, "web-80.test", part],
                    within: .seconds(60)
                ).text
            }
        }

        @Test(
            "calls of each kind go through as they are",
            arguments: ["unary", "metadata", "errors", "streams", "large", "many"])
        func calls(part: String) throws {
            let said = try Stage().client(part)
            #expect(said == "done")
        }

        @Test("a deadline that passes ends the call at the server too")
        func deadline() throws {
            let stage = try Stage()
            let said = try stage.client("deadline")
            #expect(said == "done")
            try stage.server.waitForLine("that the call was cancelled") { $0 == "cancelled" }
        }

        @Test("the edge's own failures arrive as UNAVAILABLE", arguments: ["gone", "none"])
        func unavailable(how: String) throws {
            let stage = try Stage(more: "defaults: { timeouts: { connect: 1s } }")
            #expect(try stage.client("unary") == "done")
            if how == "gone" {
                try stage.server.kill()
            } else {
                try stage.secure.setting.api.put("routes/web", #"{"hosts": ["web-80.test"], "service": "web-80"}"#)
                try stage.secure.setting.settle()
                try stage.secure.setting.api.delete("services/web-80/h1:c0:80")
                try stage.secure.setting.edge.waitForAnswer(503, host: "web-80.test")
            }
            let said = try stage.client("unavailable")
            #expect(said == "done")
        }
    }
}
