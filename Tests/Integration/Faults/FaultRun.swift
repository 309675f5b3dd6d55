import Foundation
import Lab

/// What an endpoint may do wrong.
enum Fault: String, CaseIterable, Sendable {
    case killed
    case stopped
    case refusing
    case slow
    case garbage
    case unavailable = "503"
    case headReset = "head reset"
    case bodyReset = "body reset"
    case blackHoled = "black-holed"
}

/// Load on a service of four endpoints, of which one goes wrong midway.
struct FaultRun {
    /// What clients saw of it.
    struct Outcome {
        var gets: LoadReport
        var posts: LoadReport
    }

    /// Nothing but timeouts, so that the run ends.
    static let bare = """
        defaults:
          retries: { attempts: 0 }
          timeouts: { connect: 1s, response_head: 1s }
        """
    /// All that there is against failing endpoints.
    static let protected = """
        defaults:
          retries: { attempts: 3, on: [connect, refused, reset, timeout, "502", "503", "504"] }
          timeouts: { connect: 1s, try: 1s, total: 15s }
          health: { path: /, interval: 500ms, timeout: 1s, healthy: 2, unhealthy: 2 }
          outlier: { consecutive_errors: 3, ejection: 10s, max_ejected: 50% }
        """

    /// Requests that are answered before the fault, and after it.
    private static let count = 400

    /// Runs the load with `fault` under `configuration`.
    static func outcome(of fault: Fault, _ configuration: String) throws -> Outcome {
        let hole = fault == .blackHoled ? try BlackHole() : nil
        let bad = try FaultyEndpoint(
            "bad", fault: fault.rawValue, host: hole?.address ?? "127.0.0.1", prefix: hole?.prefix ?? [])
        let endpoints = [bad] + (try (1...3).map { try FaultyEndpoint("good\($0)") })
        let setting = try Setting(configuration: configuration, workers: 2)
        for (index, endpoint) in endpoints.enumerated() {
            try setting.api.put("services/web-80/h1:c\(index):80", endpoint.address)
        }
        try setting.settle()
        let port = setting.edge.port
        let gets = LoadGenerator(port: port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(4))
        let posts = LoadGenerator(
            port: port, hosts: ["web-80.test"], connections: 4, method: "POST", pause: .milliseconds(4))
        try gets.wait(for: Self.count)
        switch fault {
        case .killed: try bad.process.kill()
        case .stopped: bad.process.signal(SIGSTOP)
        case .blackHoled: try hole?.swallow()
        default: bad.process.signal(SIGUSR1)
        }
        try gets.wait(for: 2 * Self.count, within: .seconds(60))
        return Outcome(gets: try gets.stop(), posts: try posts.stop())
    }
}
