import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The API against its own description, as a tester of another house sees it.
    @Suite(.timeLimit(.minutes(4))) struct AdminSchema {
        /// What a schema cannot say: that one of two parameters has to be there, and what a URL is.
        private static let settings = """
            [[operations]]
            include-path = "/api/v1/explain"
            checks.positive_data_acceptance.expected-statuses = ["2XX", "400", "404"]
            """

        @Test(
            "schemathesis finds no answer that the OpenAPI document does not describe",
            .enabled(if: Repository.schemathesis != nil, "no schemathesis: Tests/Lab/get-schemathesis.sh"))
        func schemathesis() throws {
            let program = try #require(Repository.schemathesis)
            let setting = try Setting(
                services: ["web-80": [try TestBackend("a"), try TestBackend("b")]],
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    routes: [{ name: shop, hosts: [shop.test], paths: [/a/], service: web-80 }]
                    access_log: { path: access.log }
                    """, hasAdmin: true)
            let folder = try ScratchFolder()
            try folder.write("schemathesis.toml", Self.settings)
            let outcome = try Command.run(
                program,
                [
                    "run", "\(try setting.edge.admin.url)/api/v1/openapi.json", "--seed", "8", "--max-examples", "20",
                    "--max-time", "20", "--continue-on-failure", "--request-timeout", "20",
                    "-H", "X-Requested-With: schemathesis",
                    // Its answer never ends.
                    "--exclude-path", "/api/v1/stream",
                ], in: folder.path, environment: ["HOME": folder.path, "NO_COLOR": "1"], within: .seconds(180))
            #expect(outcome.isSuccess, "\(outcome.text)")
            let cases = outcome.lines.first { $0.contains(" generated, ") } ?? ""
            print("schemathesis:\(cases)")
            // The edge is well, whatever it was asked, which may well have been to disable its endpoints.
            let admin = try setting.edge.admin
            #expect(try admin.ask("GET", "/healthz").status == 200)
            for endpoint in try admin.json("/api/v1/endpoints?service=web-80")["endpoints"].elements {
                let address = try #require(endpoint["address"].text)
                try admin.order("enable", "web-80", address)
                try admin.order("weight?value=auto", "web-80", address)
            }
            #expect(try setting.client.get("/a/", host: "shop.test").status == 200)
        }
    }
}
