internal import Reactor
internal import Routing
internal import Wire

/// What a bucket is of, beside the client: no two owners have the same.
enum RateScope {
    static let listener: UInt64 = 1 << 32
    static let connection: UInt64 = 2 << 32
    /// Routes and services share one numbering (``RouteRecord/statisticsSlot``).
    static let table: UInt64 = 3 << 32
}

extension CompiledRate {
    /// Whose bucket a request is charged to (``RateTable``).
    ///
    /// - Parameters:
    ///   - scope: whose limit it is.
    ///   - bytes: the head that `fields` point into.
    func bucket(
        _ scope: UInt64, client: SocketAddress, fields: UnsafeBufferPointer<HeaderField>,
        _ bytes: UnsafeRawBufferPointer, key: KeyedHash.Key
    ) -> UInt64 {
        var hash = KeyedHash(key: key)
        hash.take(scope)
        switch kind {
        case .everyone: break
        case .address: hash.take(client: client)
        case .header:
            for index in 0..<fields.count where unsafe isNamed(fields[index], bytes) {
                unsafe hash.take(Self.value(of: fields[index], bytes))
                // The end of one line is not the middle of another.
                hash.take(UInt64(unsafe fields[index].valueCount))
            }
        case .cookie:
            for index in 0..<fields.count where unsafe fields[index].name == .cookie {
                guard let value = unsafe Cookies.value(of: name, in: Self.value(of: fields[index], bytes)) else {
                    continue
                }
                unsafe hash.take(value)
                return hash.finish().0
            }
        }
        return hash.finish().0
    }

    private static func value(of field: HeaderField, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(field.value.start)..<Int(field.value.end)])
    }

    private func isNamed(_ field: HeaderField, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard Int(field.nameCount) == name.count else { return false }
        for index in 0..<name.count {
            let octet = unsafe bytes[Int(field.nameStart) + index]
            if (octet &- 65 < 26 ? octet | 32 : octet) != name[index] { return false }
        }
        return true
    }
}

extension KeyedHash {
    /// An address, of IPv6 the /64: what is one subscriber's to choose from is one client.
    mutating func take(client address: SocketAddress) {
        take(address.high)
        take(address.isUnix ? 2 : address.isIPv6 ? 1 : 0)
    }
}
