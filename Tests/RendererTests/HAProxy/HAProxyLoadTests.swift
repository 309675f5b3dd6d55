import Foundation
import Lab
import Testing

@testable import Renderer

/// Changes under as many requests as the machine gives, from a client that counts only what failed.
@Suite(.serialized) struct HAProxyLoadTests {
    @Test(arguments: [[], ["-H", "Connection: close"]])
    func `endpoints come and go at full load and wrk sees no error`(options: [String]) async throws {
        let backends = try (0..<4).map { try TestBackend("e\($0)") }
        func lines(_ indices: [Int]) -> String {
            indices.map { "  server s\($0) \(backends[$0].address)" }.joined(separator: "\n")
        }
        let haproxy = try HAProxyProcess(.single, lines([0, 1]))
        let live = HAProxyLive(
            socket: try haproxy.socket, reload: .command { _ in }, limits: HAProxyProcess.patience)
        let url = "http://127.0.0.1:\(haproxy.port)/"
        let client = try ChildProcess(
            Command.path(of: "wrk"), ["-t", "2", "-c", "32", "-d", "4s"] + options + [url])
        try backends[0].waitForRequests(100)
        var generator = SeededGenerator(seed: 5)
        var serving = [0, 1]
        var changes = 0
        while client.ending == nil {
            let next = Set(
                serving.map { _ in Int.random(in: 0..<4, using: &generator) } + [
                    Int.random(in: 0..<4, using: &generator)
                ])
            let gone = serving.filter { !next.contains($0) }
            serving = next.sorted()
            #expect(try await haproxy.render(haproxy.text(lines(serving)), live) == .live)
            changes += 1
            for index in gone {
                backends[index].stop()
                try backends[index].start()
            }
        }
        let output = try client.waitForOutput()
        #expect(output.contains { $0.contains("requests in") }, "\(output)")
        // Connections that wrk cannot make are for want of local ports, where each request has one of its own.
        let errors = output.filter { $0.contains("Socket errors") && !$0.contains("read 0, write 0, timeout 0") }
        #expect(errors.isEmpty && !output.contains { $0.contains("Non-2xx") }, "\(changes) changes: \(output)")
        #expect(changes > 3, "\(output)")
    }
}
