import Foundation
import Lab

/// Debian's Prometheus, which scrapes an edge every second.
final class PrometheusProcess: Sendable {
    /// Prometheus keeps what it has scraped here.
    private let folder: ScratchFolder
    private let process: ChildProcess
    private let client: RawClient

    /// Starts it; it calls the edge `edge` and its job `portico`.
    init(scraping admin: AdminAPI) throws {
        let folder = try ScratchFolder()
        let port = try FreePort.next()
        let file = try folder.write(
            "prometheus.yml",
            """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: portico
                static_configs: [{ targets: ["127.0.0.1:\(admin.port)"] }]
            """)
        let process = try ChildProcess(
            Command.path(of: "prometheus"),
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(folder.path)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ])
        try process.waitForPort(port, within: .seconds(60))
        self.folder = folder
        self.process = process
        self.client = RawClient(port: port)
    }

    /// What it has complained of.
    var complaints: [String] { self.process.lines }

    /// What an expression is evaluated to; an error or a warning is thrown.
    func query(_ expression: String) throws -> [JSONDocument] {
        let encoded =
            expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let answer = try self.client.get("/api/v1/query?query=\(encoded)", host: "127.0.0.1")
        let document = try JSONDocument(answer.body)
        guard document["status"].text == "success", document["warnings"].elements.isEmpty else {
            throw LabError("Prometheus: \(expression): \(answer.text)")
        }
        return document["data"]["result"].elements
    }

    /// The value of an expression that has one.
    func value(_ expression: String) throws -> Double? {
        try self.query(expression).first?["value"][1].text.flatMap { Double($0) }
    }

    /// Waits until an expression has this value.
    func wait(until expression: String, is value: Double) throws {
        var last: Double?
        try self.process.wait(within: .seconds(60), until: "seeing \(expression) as \(value)") {
            last = (try? self.value(expression)) ?? last
            return last == value
        }
    }
}
