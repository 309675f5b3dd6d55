import Foundation

/// An edge's admin API, as a program on its machine asks it.
public struct AdminAPI: Sendable {
    /// Where it is, at 127.0.0.1.
    public let port: UInt16
    /// What is shown, nil for nothing.
    public let token: String?

    /// The API at 127.0.0.1:`port`.
    public init(port: UInt16, token: String? = nil) {
        self.port = port
        self.token = token
    }

    /// `http://127.0.0.1:PORT`, without a slash.
    public var url: String { "http://127.0.0.1:\(self.port)" }

    /// Any request, on a connection of its own.
    public func ask(_ method: String, _ target: String, fields: [String] = []) throws -> HTTPAnswer {
        let shown = self.token.map { ["Authorization: Bearer \($0)"] } ?? []
        return try RawClient(port: self.port).get(
            target, host: "127.0.0.1:\(self.port)", method: method, fields: ["Connection: close"] + shown + fields)
    }

    /// What is at `target`, which must be there.
    public func json(_ target: String) throws -> JSONDocument {
        let answer = try self.ask("GET", target)
        guard answer.status == 200 else { throw LabError("GET \(target): \(answer.status) \(answer.text)") }
        return try JSONDocument(answer.body)
    }

    /// Changes something; what is answered with anything but 200 is an error.
    @discardableResult
    public func put(_ target: String) throws -> JSONDocument {
        let answer = try self.ask("PUT", target, fields: ["X-Requested-With: lab", "Content-Length: 0"])
        guard answer.status == 200 else { throw LabError("PUT \(target): \(answer.status) \(answer.text)") }
        return try JSONDocument(answer.body)
    }

    /// Has an endpoint drained, disabled or enabled, or given a weight (`weight?value=5`).
    @discardableResult
    public func order(_ order: String, _ service: String, _ address: String) throws -> JSONDocument {
        try self.put("/api/v1/endpoints/\(service)/\(address)/\(order)")
    }

    /// An endpoint of a service; null if there is none.
    public func endpoint(_ service: String, _ address: String) throws -> JSONDocument {
        try self.json("/api/v1/endpoints?service=\(service)")["endpoints"].elements
            .first { $0["address"].text == address } ?? .null
    }
}
