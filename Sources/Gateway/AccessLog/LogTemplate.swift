/// A line of the access log as an operator writes it: text with variables in it, as in nginx's `log_format`.
///
/// A variable is `$name` or `${name}`; `$$` is a dollar.
public struct LogTemplate: Sendable, Equatable {
    /// Why a text is no line.
    public struct Malformed: Error, CustomStringConvertible {
        /// What, and what would be right.
        public let description: String
    }

    enum Piece: Sendable, Equatable {
        case text([UInt8])
        case variable(LogVariable)
    }

    /// As it was written.
    public let text: String
    let pieces: [Piece]

    /// The names of all variables.
    public static var variables: [String] { LogVariable.allCases.map(\.rawValue) }

    /// Octets that a line's text may have: nginx's take one page, too.
    private static let limit = 4_096

    /// Reads `text`; throws if it names what there is not, or says nothing of a request.
    public init(_ text: String) throws(Malformed) {
        self.text = text
        guard text.utf8.count <= Self.limit else {
            throw Malformed(description: "has \(text.utf8.count) octets: \(Self.limit) at the most")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw Malformed(description: "is one line, without control characters")
        }
        var pieces: [Piece] = []
        var plain: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "$") else {
                plain.append(octet)
                continue
            }
            if rest.first == UInt8(ascii: "$") {
                plain.append(octet)
                rest.removeFirst()
                continue
            }
            let name = try Self.name(&rest)
            guard let variable = LogVariable(rawValue: name) else {
                throw Malformed(description: "names $\(name): \(Self.hint(for: name))")
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = []
            pieces.append(.variable(variable))
        }
        guard !pieces.isEmpty else {
            throw Malformed(description: "says nothing of a request: it has variables such as $remote_addr and $status")
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        self.pieces = pieces
    }

    /// The name at the beginning of `rest`, which loses it.
    private static func name(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> String {
        let isBraced = rest.first == UInt8(ascii: "{")
        if isBraced { rest.removeFirst() }
        let octets = rest.prefix { octet in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20) || octet == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
        }
        rest = rest.dropFirst(octets.count)
        guard !octets.isEmpty, !isBraced || rest.popFirst() == UInt8(ascii: "}") else {
            throw Malformed(description: "has a $ without a name: $name or ${name}, and $$ for a dollar")
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func hint(for name: String) -> String {
        let known = variables.sorted()
        if name.hasPrefix("http_") || name.hasPrefix("sent_http_") || name.hasPrefix("cookie_") {
            return "of a request's fields there are $host, $http_referer, $http_user_agent and $request_id"
        }
        return "there are \(known.map { "$\($0)" }.joined(separator: ", "))"
    }
}
