import Foundation
import Lab
import Testing

/// A client of HTTP/2 that means harm, beside one that does not.
///
/// The edge has one worker, so that what the attack costs is felt by the other client at once.
struct HTTP2Attack {
    static let configuration = """
        listeners: [{ address: "127.0.0.1:PORT", http2: true }]
        defaults:
          timeouts: { request_head: 1s, idle: 2s, response_head: 5s, connect: 1s }
        """

    /// Octets that an attack may make the edge grow by.
    static let memoryLimit = 48 << 20

    let setting: Setting
    /// The backend of the attacked service.
    let backend: TestBackend

    /// Runs `body` with an attacked service, and checks that the neighbour was served all the time and that the edge has
    /// not grown.
    static func run(_ behavior: Behavior = .identity, _ body: (HTTP2Attack) throws -> Void) throws {
        let (backend, neighbour) = (try TestBackend("web", behavior), try TestBackend("calm"))
        let setting = try Setting(
            services: ["web-80": [backend], "calm-80": [neighbour]], configuration: Self.configuration)
        let child = try setting.edge.child
        let load = LoadGenerator(
            port: setting.edge.port, hosts: ["calm-80.test"], connections: 4, pause: .milliseconds(5))
        try load.wait(for: 50)
        let before = try ProcessFigures.resident(child.id)
        try body(HTTP2Attack(setting: setting, backend: backend))
        let grown = try ProcessFigures.peakResident(child.id) - before
        try load.wait(for: 50)
        let report = try load.stop()
        #expect(report.failureCount == 0, "the neighbour: \(report.failures)")
        #expect(report.percentile(0.95) < 500, "the neighbour's milliseconds, 19 of 20")
        #expect(grown < Self.memoryLimit, "the edge grew by \(grown) octets")
        #expect(child.ending == nil)
    }

    /// A connection of the attacker's.
    func client(_ settings: [(HTTP2Setting, UInt32)] = [], receiveBuffer: Int32? = nil) throws -> HTTP2RawClient {
        let client = try HTTP2RawClient(
            port: self.setting.edge.port, settings: settings, receiveBuffer: receiveBuffer)
        client.refillsWindows = false
        return client
    }

    /// Sends batch after batch until the edge has had enough.
    ///
    /// - Parameter reads: whether the attacker takes what the edge sends.
    /// - Returns: the GOAWAY's code, nil if the connection was just closed.
    @discardableResult
    static func flood(
        _ client: HTTP2RawClient, limit: Int, reads: Bool = true, _ batch: (Int) -> [UInt8]
    ) throws -> HTTP2ErrorCode? {
        for number in 0..<limit {
            do {
                try client.socket.send(batch(number), by: .after(.seconds(5)))
            } catch {
                return try client.waitForEnd(by: .after(.seconds(5)))
            }
            while reads, client.hasEvent() {
                if case .closed = try client.event(by: .after(.seconds(5))) { return client.goAway?.code }
            }
        }
        return try client.waitForEnd(by: .after(.seconds(10)))
    }

    /// Fields of a request to the attacked service.
    static func fields(_ method: String = "GET", _ more: HTTP2Field...) -> [HTTP2Field] {
        .request(method, host: "web-80.test") + more
    }
}
