import Foundation
import Lab

/// A network of its own with one address, which this machine reaches until it swallows everything: what a host looks like that
/// has lost its power or its route.
final class BlackHole: Sendable {
    /// The endpoint's address.
    let address: String
    /// What starts a program there.
    let prefix: [String]
    private let gateway: String
    private let holder: ChildProcess

    /// Makes the network.
    init() throws {
        let holder = try ChildProcess(
            Command.path(of: "unshare"), ["--net", "sh", "-c", "ip link set lo up && echo up && exec sleep 600"])
        try holder.waitForLine("that its network is up") { $0 == "up" }
        // The device goes with the network. Its name and addresses are this process's: test runs beside it have theirs.
        let number = Int(holder.id) & 0x3fff
        let (device, block) = ("pf\(number)", "10.\(200 + number >> 12).\((number >> 4) & 0xff)")
        let first = (number & 0xf) << 4
        self.gateway = "\(block).\(first + 1)"
        self.address = "\(block).\(first + 2)"
        self.prefix = ["nsenter", "--target", "\(holder.id)", "--net"]
        self.holder = holder
        try Self.ip(["link", "add", device, "type", "veth", "peer", "name", "inside", "netns", "\(holder.id)"])
        try Self.ip(["addr", "add", "\(self.gateway)/30", "dev", device])
        try Self.ip(["link", "set", device, "up"])
        try self.inside(["addr", "add", "\(self.address)/30", "dev", "inside"])
        try self.inside(["link", "set", "inside", "up"])
    }

    /// From now on nothing comes back, not even a refusal.
    func swallow() throws {
        try self.inside(["route", "add", "blackhole", "\(self.gateway)/32"])
    }

    private func inside(_ arguments: [String]) throws {
        try Command.output("nsenter", Array(self.prefix.dropFirst()) + ["ip"] + arguments)
    }

    private static func ip(_ arguments: [String]) throws {
        try Command.output("ip", arguments)
    }
}
