import FoundationEssentials
import Logging
import NIOCore
import Registrator

/// What this host is called, and where others reach what it publishes.
struct HostIdentity {
    /// The first part of IDs.
    let name: String
    /// The address of published ports; empty if none was found.
    let address: String

    /// As the options say it; else the system's host name, and what that stands for in the hosts' file or the DNS, or if that
    /// is this machine's loopback, the address of the interface that leads out.
    init(_ options: RegistratorOptions, logger: Logger) {
        name = options.hostname.isEmpty ? Self.systemName : options.hostname
        if !options.address.isEmpty {
            address = options.address
            return
        }
        let wantsIPv6 = options.preference == "ipv6"
        let resolved = try? SocketAddress.makeAddressResolvingHost(name, port: 0)
        if let resolved, let text = resolved.ipAddress, !Self.isLoopback(text), !wantsIPv6 || text.contains(":") {
            address = text
            return
        }
        address = Self.outward(wantsIPv6: wantsIPv6) ?? Self.outward(wantsIPv6: !wantsIPv6) ?? ""
        if address.isEmpty {
            logger.warning(
                "this host's address is not known: say it with -ip ADDRESS, or published ports cannot be told")
        } else {
            logger.notice(
                "the name \(name) stands for no address that others reach: \(address) is told; -ip ADDRESS says another"
            )
        }
    }

    /// The kernel's name of this host, which a container of the host's network and one with `-h` have too.
    static var systemName: String {
        let text = (try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)) ?? ""
        let name = text.prefix { !$0.isWhitespace }
        return name.isEmpty ? "localhost" : String(name)
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1"
    }

    /// The address of the interface that the default route leads over, or of the first one that is not this machine's own.
    private static func outward(wantsIPv6: Bool) -> String? {
        let devices = (try? System.enumerateDevices()) ?? []
        let found: [(device: String, address: String)] = devices.compactMap { device in
            guard let address = device.address?.ipAddress, address.contains(":") == wantsIPv6, !isLoopback(address),
                !address.hasPrefix("fe80:")
            else { return nil }
            return (device.name, address)
        }
        return (found.first { $0.device == defaultDevice } ?? found.first { !$0.device.hasPrefix("docker") })?.address
    }

    /// The interface of the default route, by proc_net's table: its destination is zero.
    private static var defaultDevice: String? {
        let text = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t")
            if fields.count > 2, fields[1] == "00000000" { return String(fields[0]) }
        }
        return nil
    }
}
