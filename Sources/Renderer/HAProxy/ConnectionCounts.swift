/// Connections that requests are in flight on, by server: what `show servers conn` tells.
struct ConnectionCounts: Sendable, Equatable {
    private(set) var inUse: [ServerName: Int] = [:]

    /// Nothing yet.
    init() {}

    /// Adds what one reply tells.
    mutating func add(_ reply: String) throws(HAProxyFailure) {
        var lines = reply.split(separator: "\n").makeIterator()
        let titles = lines.next()?.dropFirst().split(separator: " ") ?? []
        guard titles.first == "bkname/svname", let column = titles.firstIndex(of: "used_cur") else {
            throw HAProxyFailure("show servers conn: no column used_cur: \(reply.prefix(80).debugDescription)")
        }
        while let line = lines.next() {
            let fields = line.split(separator: " ")
            let names = fields.first?.split(separator: "/") ?? []
            guard names.count == 2, fields.count > column, let count = Int(fields[column]) else {
                throw HAProxyFailure("show servers conn: \(line.debugDescription) is not understood")
            }
            inUse[ServerName(backend: String(names[0]), server: String(names[1]))] = count
        }
    }
}
