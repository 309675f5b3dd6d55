extension RecentRequest {
    /// For people: the first line is what became of it, then where it went and how long each part took.
    public var text: String {
        let by = endpoint.map { " from \($0)" } ?? ""
        let why = failure.map { " (\($0))" } ?? ""
        var lines = ["\(printable(line)) got \(status)\(by) in \(Self.milliseconds(timings.total))\(why)", ""]
        func fact(_ name: String, _ value: String) {
            lines.append(name + String(repeating: " ", count: max(1, 11 - name.count)) + value)
        }
        let entrance = "\(isSecure ? "https" : "http") at listener \(listener)"
        fact("request", "id \(printable(id)), host \(printable(host)), client \(client), \(entrance)")
        let went = [route.map { "route \($0)" }, service.map { "service \($0)" }, endpoint.map { "endpoint \($0)" }]
        fact("went by", (went.compactMap { $0 } + ["generation \(generation)"]).joined(separator: ", "))
        for (number, one) in tries.enumerated() where tries.count > 1 || one.outcome != "answered" {
            let took = "after \(Self.milliseconds(one.began)), for \(Self.milliseconds(one.took))"
            fact(number == 0 ? "asked" : "", "\(one.endpoint)  \(one.words)  \(took)")
        }
        let parts: [(Double?, String)] = [
            (timings.beforeSending, "until it was sent"), (timings.password, "of that for its password"),
            (timings.permission, "of that to be permitted"),
            (timings.queue, "of that in line for an endpoint with room"),
            (timings.connect.flatMap { $0 > 0 ? $0 : nil }, "of that to connect"),
            (timings.firstByte, "until the answer began"), (timings.body, "until it ended"),
        ]
        for (time, what) in parts { if let time { fact("took", "\(Self.milliseconds(time)) \(what)") } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `1.25 ms`.
    private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1_000_000).rounded() / 1_000) ms" }

    /// What a client sent, without what would move a cursor.
    private func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}

extension RecentRequest.Try {
    /// `answered 200`, `connect-refused`.
    fileprivate var words: String {
        (outcome == "answered" ? "answered \(status ?? 0)" : outcome)
            + (isReused ? ", on a connection that was open" : "")
    }
}
