/// Where an engine answers, and whether it is spoken to over TLS.
///
/// | text | means |
/// |---|---|
/// | `unix:///PATH` | a unix socket |
/// | `tcp://HOST:PORT`, `HOST:PORT` | TCP, with TLS if ``tls`` says so; the port is 2375 or, with TLS, 2376 if left out |
/// | `http://HOST:PORT` | TCP in the clear |
/// | `https://HOST:PORT` | TCP with TLS |
///
/// A path after the port stands before the API's own paths, for an engine behind a proxy.
public struct DockerAddress: Sendable, Equatable, CustomStringConvertible {
    /// What is connected to.
    public enum Location: Sendable, Equatable {
        /// A unix socket.
        case unix(path: String)
        /// A name or IP address (IPv6 without brackets) and a port.
        case network(host: String, port: Int)
    }

    /// The socket of an engine on this machine.
    public static let standardSocket = "/var/run/docker.sock"

    /// What is connected to.
    public var location: Location
    /// What stands before the API's paths: empty, or with a slash at its start and none at its end.
    public var path: String
    /// How TLS is spoken; nil: in the clear.
    public var tls: DockerTLS?

    /// An engine at `location`.
    public init(_ location: Location, path: String = "", tls: DockerTLS? = nil) {
        self.location = location
        self.path = path
        self.tls = tls
    }

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - text: one of the forms above; empty is the socket of an engine on this machine.
    ///   - tls: how TLS is spoken where the address leaves that open (`tcp://`), and with which files at `https://`.
    ///   - source: where the text stands (`DOCKER_HOST`), for errors.
    ///
    /// Throws ``DockerError/Kind/invalid`` if it is none of them.
    public init(_ text: String, tls: DockerTLS? = nil, source: String = "docker") throws(DockerError) {
        if text.isEmpty {
            self.init(.unix(path: Self.standardSocket))
            return
        }
        let (scheme, rest) = Self.parts(of: text)
        switch scheme {
        case "unix":
            let path = rest.isEmpty ? Self.standardSocket[...] : rest
            guard path.hasPrefix("/") else {
                throw Self.malformed(text, source, "a socket's path is absolute: unix:///var/run/docker.sock")
            }
            // sun_path of sockaddr_un has 108 octets, the last of which is 0.
            guard path.utf8.count < 108, !path.utf8.contains(0) else {
                throw Self.malformed(text, source, "a socket's path has at most 107 octets")
            }
            self.init(.unix(path: String(path)))
        case "tcp": try self.init(network: rest, of: text, tls: tls, source)
        case "http": try self.init(network: rest, of: text, tls: nil, source)
        case "https": try self.init(network: rest, of: text, tls: tls ?? DockerTLS(), source)
        case "ssh", "npipe", "fd":
            throw Self.malformed(
                text, source, "\(scheme):// cannot be spoken here: unix:///PATH, tcp://HOST:PORT or https://HOST:PORT")
        default:
            throw Self.malformed(
                text, source,
                "no scheme \(scheme)://: unix:///PATH, tcp://HOST:PORT, http://HOST:PORT, https://HOST:PORT")
        }
    }

    private init(
        network rest: Substring, of text: String, tls: DockerTLS?, _ source: String
    ) throws(DockerError) {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        guard path.utf8.allSatisfy(Self.isOfPath) else {
            throw Self.malformed(text, source, "a path has letters, digits and -._~/ only")
        }
        let standard = tls == nil ? 2375 : 2376
        guard let (host, port) = Self.hostAndPort(rest[..<slash], standard: standard) else {
            throw Self.malformed(text, source, "tcp://HOST:PORT, tcp://[IPV6]:PORT")
        }
        self.init(.network(host: host, port: port), path: String(path), tls: tls)
    }

    /// As it is written: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`.
    public var description: String {
        switch location {
        case .unix(let path): "unix://\(path)"
        case .network(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)"
        }
    }

    // MARK: Reading

    /// Without a scheme it is TCP, as the command-line client has it.
    private static func parts(of text: String) -> (scheme: String, rest: Substring) {
        guard let mark = text.firstRange(of: "://") else { return ("tcp", text[...]) }
        return (text[..<mark.lowerBound].lowercased(), text[mark.upperBound...])
    }

    private static func hostAndPort(_ text: Substring, standard: Int) -> (host: String, port: Int)? {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let tail = text[text.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":"), host.contains(":"), host.utf8.allSatisfy(isOfIPv6) else {
                return nil
            }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            guard host.utf8.allSatisfy(isOfName) else { return nil }
        }
        guard let port else { return (host.isEmpty ? "localhost" : String(host), standard) }
        guard port.utf8.count <= 5, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65535).contains(number)
        else { return nil }
        return (host.isEmpty ? "localhost" : String(host), number)
    }

    private static func malformed(_ text: String, _ source: String, _ advice: String) -> DockerError {
        DockerError(.invalid, "\(source): \(text): malformed address: \(advice)")
    }

    private static func isLetterOrDigit(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet) || (0x61...0x7A).contains(octet)
    }

    private static func isOfName(_ octet: UInt8) -> Bool {
        isLetterOrDigit(octet) || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
    }

    private static func isOfPath(_ octet: UInt8) -> Bool {
        isOfName(octet) || octet == UInt8(ascii: "/") || octet == UInt8(ascii: "~")
    }

    private static func isOfIPv6(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
