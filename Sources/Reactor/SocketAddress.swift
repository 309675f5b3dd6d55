internal import CLinux
internal import Glibc

/// An IP address and port in a form that connections can keep and compare.
@frozen
public struct SocketAddress: Equatable, Hashable, Sendable {
    /// The first eight octets in memory order; an IPv4 address is the first four.
    public var high: UInt64 = 0
    /// The last eight octets of an IPv6 address in memory order.
    public var low: UInt64 = 0
    /// The port in host order.
    public var port: UInt16 = 0
    /// The family.
    public var isIPv6 = false
    /// A peer without an IP address: a Unix socket.
    public var isUnix = false

    /// 0.0.0.0:0.
    @inlinable
    public init() {}

    /// From parts in memory order.
    @inlinable
    public init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
    }

    /// From the kernel's form.
    ///
    /// An IPv4-mapped IPv6 address becomes IPv4, so that one client has one address.
    init(_ storage: sockaddr_storage) {
        let family = Int32(storage.ss_family)
        unsafe withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET:
                port = UInt16(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
                high = UInt64(unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            case AF_INET6:
                port = UInt16(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
                high = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                low = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                isIPv6 = true
                // ::ffff:a.b.c.d, in the memory order of a little-endian machine.
                if high == 0, low & 0xffff_ffff == 0xffff_0000 {
                    high = low >> 32
                    low = 0
                    isIPv6 = false
                }
            default:
                isUnix = true
            }
        }
    }

    /// Calls `body` with the kernel's form.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        let length: Int
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            if isIPv6 {
                unsafe bytes.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
                unsafe bytes.storeBytes(of: low, toByteOffset: 16, as: UInt64.self)
            } else {
                unsafe bytes.storeBytes(of: UInt32(truncatingIfNeeded: high), toByteOffset: 4, as: UInt32.self)
            }
        }
        storage.ss_family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
        length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(length)) }
        }
    }

    /// Calls `body` with the address's four or sixteen octets.
    func withOctets<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe withUnsafeBytes(of: (high, low)) { bytes in
            let octets = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<(isIPv6 ? 16 : 4)])
            return unsafe octets.withMemoryRebound(to: UInt8.self) { unsafe body($0) }
        }
    }

    /// Writes the address without its port as text (RFC 5952 for IPv6), for which `buffer` must have 46 octets of room.
    public func append(to buffer: inout Buffer) {
        if isUnix {
            buffer.append("unix")
            return
        }
        if !isIPv6 {
            for octet in 0..<4 {
                if octet > 0 { buffer.append(byte: 46) }
                buffer.append(decimal: high >> (8 * UInt64(octet)) & 255)
            }
            return
        }
        appendIPv6(to: &buffer)
    }

    private func group(_ index: Int) -> UInt16 {
        let word = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: word >> (16 * UInt64(index & 3))).byteSwapped
    }

    private func appendIPv6(to buffer: inout Buffer) {
        // The longest run of two or more zero groups is written as "::".
        var best = (start: 8, count: 1)
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, group(end) == 0 { end += 1 }
            if end - start > best.count { best = (start, end - start) }
            start = max(end, start + 1)
        }
        var index = 0
        while index < 8 {
            if index == best.start {
                buffer.append("::")
                index += best.count
                continue
            }
            if index > 0, index != best.start + best.count { buffer.append(byte: 58) }
            buffer.append(hexadecimal: UInt64(group(index)))
            index += 1
        }
    }
}
