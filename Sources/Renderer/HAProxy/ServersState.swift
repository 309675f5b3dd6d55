/// The servers of a running HAProxy: what `show servers state` tells.
struct ServersState: Sendable, Equatable {
    /// A server as it is now.
    struct Server: Sendable, Equatable {
        /// The address in text; `-` for a socket or a name that is not resolved.
        var host: String
        var port: UInt16
        var weight: Int
        /// Whether checks, as far as there are any, find that it serves.
        var isUp: Bool
        /// A command or the text's `disabled` keeps it out.
        var isInMaintenance: Bool
        /// A command keeps new clients away from it.
        var isDraining: Bool

        /// Whether it takes requests of anybody.
        var isServing: Bool { isUp && !isInMaintenance && !isDraining && weight > 0 }

        /// Whether its address is that of a text.
        func isAt(_ address: HAProxyAddress) -> Bool {
            port == address.port && HAProxyAddress.octets(host[...]) == address.octets
        }
    }

    /// By backend and name.
    var backends: [String: [String: Server]] = [:]

    /// Nothing yet.
    init() {}

    /// Adds what one reply tells.
    ///
    /// Throws if it is not in version 1 of the format, or a column that is needed is missing.
    mutating func add(_ reply: String) throws(HAProxyFailure) {
        var lines = reply.split(separator: "\n").makeIterator()
        guard lines.next() == "1", let header = lines.next(), header.hasPrefix("#") else {
            throw HAProxyFailure("show servers state: not in format 1: \(reply.prefix(80).debugDescription)")
        }
        let titles = header.dropFirst().split(separator: " ")
        func column(_ title: Substring) throws(HAProxyFailure) -> Int {
            guard let index = titles.firstIndex(of: title) else {
                throw HAProxyFailure("show servers state: no column \(title)")
            }
            return index
        }
        let (backend, name) = (try column("be_name"), try column("srv_name"))
        let (address, port) = (try column("srv_addr"), try column("srv_port"))
        let (operation, administration) = (try column("srv_op_state"), try column("srv_admin_state"))
        let weight = try column("srv_uweight")
        while let line = lines.next() {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count >= titles.count, let state = Int(fields[operation]),
                let flags = Int(fields[administration]),
                let weight = Int(fields[weight]), let port = UInt16(fields[port])
            else { throw HAProxyFailure("show servers state: \(line.debugDescription) is not understood") }
            // The flags: 1 maintenance forced, 2 by a tracked server, 4 by the text, 8 drain forced, 16 by a tracked
            // server, 32 for want of an address. 4 alone is what is left of `disabled` once the server was made ready.
            let server = Server(
                host: String(fields[address]), port: port, weight: weight, isUp: state == 1 || state == 2,
                isInMaintenance: flags & 0x23 != 0, isDraining: flags & 0x18 != 0)
            guard
                backends[String(fields[backend]), default: [:]].updateValue(server, forKey: String(fields[name])) == nil
            else { throw HAProxyFailure("show servers state: \(fields[backend])/\(fields[name]) is there twice") }
        }
    }
}
