extension RecentRequest {
    /// For people: the first line is what became of it, then where it went and how long each part took.
    public var text: String {
        let by = endpoint.map { " from \($0)" } ?? ""
        let why = failure.map { " (\($0))" } ?? ""
        var lines = ["\(printable(line)) got \(status)\(by) in \(Self.milliseconds(timings.total))\(why)", ""]
        func fact(_ name: String, _ value: String) {
            lines.append(name + String(repeating: " ", count: max(1, 11 - name.count)) + value)
        }
        fact("request", "id \(printable(id)), host \(printable(host)), client \(client)")
        let went = [route.map { "route \($0)" }, service.map { "service \($0)" }, endpoint.map { "endpoint \($0)" }]
        fact("went by", (went.compactMap { $0 } + ["generation \(generation)"]).joined(separator: ", "))
        if tries > 0 { fact("tries", "\(tries) made again") }
        if let permission = timings.permission { fact("took", "\(Self.milliseconds(permission)) to be permitted") }
        if let before = timings.beforeSending { fact("took", "\(Self.milliseconds(before)) until it was sent") }
        if let waiting = timings.firstByte { fact("took", "\(Self.milliseconds(waiting)) until the answer began") }
        if let answering = timings.body { fact("took", "\(Self.milliseconds(answering)) until it ended") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `1.25 ms`.
    private static func milliseconds(_ seconds: Double) -> String { "\((seconds * 1_000_000).rounded() / 1_000) ms" }

    /// What a client sent, without what would move a cursor.
    private func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
