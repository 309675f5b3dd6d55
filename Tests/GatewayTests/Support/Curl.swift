import Lab

/// One run of curl against an edge of this process: what it printed, and how it ended.
struct Curl {
    let lines: [String]
    let ending: ChildProcess.Ending

    /// Fetches `path` of `host`, which resolves to the edge's port, trusting `pair`.
    init(_ host: String, _ path: String = "/", port: UInt16, trusting pair: Pair, _ arguments: [String] = []) throws {
        try self.init(
            [
                "--cacert", pair.certificatePath, "--resolve", "*:\(port):127.0.0.1", "https://\(host):\(port)\(path)",
            ] + arguments)
    }

    /// Runs curl with `arguments`, silent but for errors.
    init(_ arguments: [String]) throws {
        let curl = try ChildProcess("/usr/bin/curl", ["-sS", "--max-time", "20"] + arguments)
        ending = try curl.waitForEnd(within: .seconds(30))
        lines = try curl.waitForOutput()
    }

    var text: String { lines.joined(separator: "\n") }
}
