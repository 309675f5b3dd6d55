import Foundation

/// A container of a fake engine: nothing runs.
struct FakeContainer: Sendable {
    let id: String
    var name: String
    let image: String
    /// When it was made, since 1970.
    let created: TimeInterval
    var state = "created"
    var exitCode = 0
    var started = "0001-01-01T00:00:00Z"
    var finished = "0001-01-01T00:00:00Z"
    let labels: [String: String]
    /// Further values of its inspection's template: parts of its configuration, in JSON.
    var configuration: [String: String]
    /// What it publishes, by port: `80/tcp` at a host's port.
    let published: [(port: String, hostPort: Int)]

    /// Whether it runs, paused or not.
    var isRunning: Bool { self.state == "running" || self.state == "paused" }

    /// How engines write a moment.
    static func time(_ moment: TimeInterval) -> String {
        let seconds = Date(timeIntervalSince1970: moment.rounded(.down)).ISO8601Format()
        return seconds.dropLast()
            + ".\(String(Int(moment.truncatingRemainder(dividingBy: 1) * 1e9) + 1_000_000_000).dropFirst())Z"
    }

    /// The values of its templates.
    func values(imageID: String, network: String) -> [String: String] {
        let isRunning = self.isRunning
        var values = self.configuration
        values["ID"] = self.id
        values["SHORT"] = String(self.id.prefix(12))
        values["NAME"] = self.name
        values["IMAGE"] = self.image
        values["IMAGEID"] = imageID
        values["NETWORK"] = network
        values["CREATED"] = Self.time(self.created)
        values["SECONDS"] = String(Int(self.created))
        values["STATE"] = self.state
        values["STATUS"] =
            switch self.state {
            case "running": "Up 5 minutes"
            case "paused": "Up 5 minutes (Paused)"
            case "created": "Created"
            default: "Exited (\(self.exitCode)) 5 minutes ago"
            }
        values["ISRUNNING"] = String(isRunning)
        values["ISPAUSED"] = String(self.state == "paused")
        values["PID"] = isRunning ? "4711" : "0"
        values["EXIT"] = String(self.exitCode)
        values["STARTED"] = self.started
        values["FINISHED"] = self.finished
        values["LABELS"] = LabJSON.encoded(self.labels)
        let bindings = self.published.map { port in
            #""\#(port.port)":[{"HostIp":"0.0.0.0","HostPort":"\#(port.hostPort)"},"#
                + #"{"HostIp":"::","HostPort":"\#(port.hostPort)"}]"#
        }
        values["PUBLISHED"] = isRunning ? "{\(bindings.joined(separator: ","))}" : "{}"
        let ports = self.published.flatMap { port in
            let parts = port.port.split(separator: "/")
            return ["0.0.0.0", "::"].map {
                #"{"IP":"\#($0)","PrivatePort":\#(parts[0]),"PublicPort":\#(port.hostPort),"Type":"\#(parts[1])"}"#
            }
        }
        values["PORTS"] = isRunning ? "[\(ports.joined(separator: ","))]" : "[]"
        return values
    }

    /// The event that something happened to it now.
    func event(_ action: String, attributes: [String: String] = [:]) -> [UInt8] {
        let all = self.labels.merging(attributes) { $1 }.merging(["image": self.image, "name": self.name]) { $1 }
        let now = Date().timeIntervalSince1970
        return Array(
            (#"{"status":"\#(action)","id":"\#(self.id)","from":\#(LabJSON.text(self.image)),"Type":"container","#
                + #""Action":"\#(action)","Actor":{"ID":"\#(self.id)","Attributes":\#(LabJSON.encoded(all))},"#
                + #""scope":"local","time":\#(Int(now)),"timeNano":\#(Int(now * 1e9))}"# + "\n").utf8)
    }
}
