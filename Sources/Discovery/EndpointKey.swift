/// A key of an endpoint, taken apart: `<service>-<port>/<dhost>:<cname>:<cport>` after the prefix.
///
/// The last part is split from both ends, for names of containers hold dots, dashes and whatever else their engine lets
/// pass; the container's port may carry `:udp` or `:tcp`. A name of another form, as `SERVICE_ID` gives it, is an endpoint
/// all the same: of which host and container, nobody knows then.
public struct EndpointKey: Sendable, Equatable {
    /// What a container's port speaks.
    public enum Transport: String, Sendable {
        /// The default.
        case tcp
        /// Not for an HTTP table.
        case udp
    }

    /// Where an endpoint runs.
    public struct Origin: Sendable, Equatable {
        /// The Docker host.
        public var dockerHost: String
        /// The container.
        public var container: String
        /// The container's port.
        public var containerPort: UInt16
    }

    /// The service's whole name: `web-80`, or `web` where the writer names no port.
    public var service: String
    /// Where it runs; nil if its name has a form of its own.
    public var origin: Origin?
    /// Its transport.
    public var transport: Transport

    /// Takes `key` apart; `prefix` is its beginning.
    ///
    /// - Throws: what is wrong with it and the form that it should have.
    public init(_ key: String, prefix: String) throws(Malformed) {
        let rest = key.utf8.dropFirst(prefix.utf8.count)
        let form = "a key is \(prefix)SERVICE-PORT/HOST:CONTAINER:PORT"
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
            throw Malformed("no endpoint is named after the service: \(form)")
        }
        let name = rest[..<slash]
        guard !name.isEmpty else { throw Malformed("the service's name is empty: \(form)") }
        service = String(decoding: name, as: UTF8.self)
        guard service.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else {
            throw Malformed("the service's name holds blanks or control characters: \(form)")
        }
        var instance = rest[rest.index(after: slash)...]
        guard !instance.contains(UInt8(ascii: "/")) else {
            throw Malformed("there is a slash too many: \(form)")
        }
        transport = Self.removeTransport(from: &instance)
        guard !instance.isEmpty else { throw Malformed("the endpoint's name is empty: \(form)") }
        origin = Self.origin(instance)
    }

    private static func origin(_ instance: Substring.UTF8View) -> Origin? {
        guard let first = instance.firstIndex(of: UInt8(ascii: ":")),
            let last = instance.lastIndex(of: UInt8(ascii: ":")), first != last
        else { return nil }
        let host = String(decoding: instance[..<first], as: UTF8.self)
        let container = String(decoding: instance[instance.index(after: first)..<last], as: UTF8.self)
        let port = decimal(String(decoding: instance[instance.index(after: last)...], as: UTF8.self), in: 1...65535)
        guard !host.isEmpty, !container.isEmpty, let port else { return nil }
        return Origin(dockerHost: host, container: container, containerPort: UInt16(port))
    }

    /// Takes `:udp` or `:tcp` off the end.
    private static func removeTransport(from instance: inout Substring.UTF8View) -> Transport {
        for transport in [Transport.udp, .tcp]
        where Substring(instance).hasSuffix(":" + transport.rawValue) {
            instance = instance.dropLast(transport.rawValue.utf8.count + 1)
            return transport
        }
        return .tcp
    }
}

/// `text` as a number without sign, or nil if it is none or lies outside `range`.
func decimal(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
        let number = Int(text), range.contains(number)
    else { return nil }
    return number
}
