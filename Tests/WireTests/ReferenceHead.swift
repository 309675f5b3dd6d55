import Wire

/// A field as the reference reads it.
struct ReferenceField: Equatable {
    var name: String
    var value: String
    var isHopByHop = false
}

extension [ReferenceField] {
    /// The values of a field, in order.
    func values(_ name: String) -> [String] { filter { $0.name.lowercased() == name }.map(\.value) }

    /// The members of a field's lists, empty ones left out.
    func members(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }.map(trimmed).filter { !$0.isEmpty }
    }
}

/// A body's framing as the reference sees it.
enum ReferenceBody: Equatable {
    case none
    case length(Int64)
    case chunked
}

/// The lines of a head, split and judged the plain way.
struct ReferenceHead {
    var startLine = ""
    var fields: [ReferenceField] = []
    var count = 0

    /// The head at the beginning of `bytes`, or nil if it is not complete or a line of it does not hold.
    init?(_ bytes: [UInt8]) {
        let all = text(bytes.prefix(32 << 10)).unicodeScalars
        var lines = [String]()
        var line = String.UnicodeScalarView()
        var index = all.startIndex
        while true {
            guard index < all.endIndex else { return nil }
            let scalar = all[index]
            index = all.index(after: index)
            count += 1
            if scalar == "\n" { return nil }
            if scalar != "\r" {
                line.append(scalar)
                continue
            }
            guard index < all.endIndex, all[index] == "\n" else { return nil }
            index = all.index(after: index)
            count += 1
            if line.isEmpty { break }
            lines.append(String(line))
            line = .init()
        }
        guard !lines.isEmpty else { return nil }
        startLine = lines.removeFirst()
        for line in lines {
            guard let field = Self.field(line) else { return nil }
            fields.append(field)
        }
        guard fields.count <= 100 else { return nil }
        guard let options = connectionOptions,
            options.count <= 32 || options.allSatisfy({ ["close", "keep-alive", "upgrade"].contains($0) })
        else { return nil }
        mark(options)
    }

    private static func field(_ line: String) -> ReferenceField? {
        guard let colon = line.unicodeScalars.firstIndex(of: ":") else { return nil }
        let name = String(line.unicodeScalars[..<colon])
        let value = String(line.unicodeScalars[line.unicodeScalars.index(after: colon)...])
        guard isToken(name), name.count <= 256,
            value.unicodeScalars.allSatisfy({ $0 == "\t" || ($0.value >= 0x20 && $0.value != 0x7F) })
        else { return nil }
        return ReferenceField(name: name, value: trimmed(value))
    }

    /// All options of all Connection fields in lower case, or nil if one is no token.
    var connectionOptions: [String]? {
        let members = fields.members("connection")
        guard members.allSatisfy({ isToken($0) }) else { return nil }
        return members.map { $0.lowercased() }
    }

    private mutating func mark(_ options: [String]) {
        let kept = [
            "host", "content-length", "transfer-encoding", "authorization", "cookie", "expect", "forwarded",
            "x-real-ip",
            "x-request-id", "via",
            "close", "keep-alive", "upgrade",
        ]
        for index in fields.indices {
            let name = fields[index].name.lowercased()
            let isKept = kept.contains(name) || (name.hasPrefix("x-forwarded-") && name.count > 12)
            fields[index].isHopByHop = options.contains(name) && !isKept
        }
    }

    /// How the body ends, or nil if the fields do not hold.
    func body(isHTTP10: Bool) -> ReferenceBody? {
        let codings = fields.values("transfer-encoding")
        let lengths = fields.values("content-length")
        guard codings.count + lengths.count <= 1 else { return nil }
        if let coding = codings.first { return coding.lowercased() == "chunked" && !isHTTP10 ? .chunked : nil }
        guard let length = lengths.first else { return ReferenceBody.none }
        guard !length.isEmpty, length.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(length) else {
            return nil
        }
        return .length(number)
    }
}

/// A text without the spaces and tabs around it.
func trimmed(_ text: some StringProtocol) -> String {
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
    while let first = scalars.first, first == " " || first == "\t" { scalars.removeFirst() }
    var result = ""
    result.unicodeScalars.append(contentsOf: scalars)
    return result
}
