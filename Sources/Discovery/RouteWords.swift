/// A route in words, as the attribute `route` has it: `host=shop.example.com path=/api methods=GET,POST headers.X-Canary=1`.
///
/// The words are those of an endpoint's value where that has them (`host`, `path`, `strip`), else the keys of a route's
/// document, with dots for what is inside: `request_headers.set.X-Env=prod`. Only `host`, `path` and `rewrite` may be there
/// several times, so that expressions with commas stand alone.
struct RouteWords {
    /// The words that lead somewhere, for hints.
    static let known = [
        "host", "path", "methods", "strip", "rewrite", "redirect", "priority", "headers.NAME",
        "request_headers.set.NAME",
        "request_headers.remove", "response_headers.set.NAME", "response_headers.remove", "timeouts.response_head",
        "timeouts.idle", "timeouts.connect", "timeouts.upstream_idle", "timeouts.tunnel", "retries.attempts",
        "retries.on", "limits.request_body", "limits.rate", "limits.bandwidth", "allow", "deny", "https", "basic_auth",
    ]

    private var hosts: [DocumentNode] = []
    private var paths: [DocumentNode] = []
    private var strip: String?
    private var fields: [DocumentField] = []

    /// The document that `text` stands for.
    ///
    /// - Throws: what is wrong with it and what would be right.
    static func document(_ text: String) throws(Malformed) -> DocumentNode {
        var scanner = AttributeScanner(text)
        var words = RouteWords()
        var seen: Set<String> = []
        while let (name, value) = try scanner.nextWordedAttribute() {
            if !["host", "path"].contains(name), !seen.insert(name.lowercased()).inserted {
                throw Malformed("\(name) is there twice: write it once")
            }
            try words.take(name, value)
        }
        return try words.document()
    }

    private mutating func take(_ name: String, _ value: String?) throws(Malformed) {
        switch name {
        case "host": hosts += Self.list(value)
        case "path": paths += Self.list(value)
        case "methods", "allow", "deny": add(name, .sequence(Self.list(value)))
        case "basic_auth": add(name, .scalar(value ?? "true", isQuoted: false))
        case "https": add(name, .scalar(value ?? "", isQuoted: true))
        case "strip": strip = value ?? ""
        case "rewrite":
            guard let value, let blank = value.lastIndex(of: " ") else {
                throw Malformed("rewrite is \"\(value ?? "")\": it is \"REGEX REPLACEMENT\", with a blank between")
            }
            let match = String(value[..<blank])
            let to = String(value[value.index(after: blank)...])
            add(name, .mapping([Self.field("match", match), Self.field("to", to)]))
        case "redirect":
            let parts = (value ?? "").split(separator: " ").map(String.init)
            guard let to = parts.first, parts.count <= 2 else {
                throw Malformed("redirect is \"\(value ?? "")\": it is URL, or \"URL STATUS\" with a blank between")
            }
            let status = parts.count == 2 ? [Self.field("status", parts[1])] : []
            add(name, .mapping([Self.field("to", to)] + status))
        case "priority": add(name, .scalar(value ?? "", isQuoted: false))
        case "request_headers.remove", "response_headers.remove", "retries.on":
            addNested(name.split(separator: ".").map(String.init), .sequence(Self.list(value)))
        default: try takeDotted(name, value)
        }
    }

    private mutating func takeDotted(_ name: String, _ value: String?) throws(Malformed) {
        let groups = [
            "headers": 1, "request_headers": 2, "response_headers": 2, "timeouts": 1, "retries": 1, "limits": 1,
        ]
        let group = name.prefix { $0 != "." }
        guard let depth = groups[String(group)] else { throw Self.unknown(name) }
        let parts = name.split(separator: ".", maxSplits: depth, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == depth + 1, parts.allSatisfy({ !$0.isEmpty }) else { throw Self.unknown(name) }
        addNested(parts, .scalar(value ?? "", isQuoted: group.hasSuffix("headers")))
    }

    private static func unknown(_ name: String) -> Malformed {
        let nearest = nearestName(to: name, among: known)
        let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "known are \(known.joined(separator: ", "))"
        return Malformed("unknown word \"\(name)\" in a route: \(hint)")
    }

    private consuming func document() throws(Malformed) -> DocumentNode {
        switch strip {
        case nil, "false": break
        case "", "true":
            guard paths.count == 1, let path = paths[0].scalar, path.hasPrefix("/") else {
                throw Malformed("strip stands alone, but path is no single prefix: write strip=/PREFIX")
            }
            add("strip_prefix", .scalar(path, isQuoted: true))
        case .some(let prefix): add("strip_prefix", .scalar(prefix, isQuoted: true))
        }
        if !hosts.isEmpty { add("hosts", .sequence(hosts)) }
        if !paths.isEmpty { add("paths", .sequence(paths)) }
        return DocumentNode(content: .mapping(fields))
    }

    /// The items of a list with commas; an expression may hold commas and stands for itself.
    private static func list(_ value: String?) -> [DocumentNode] {
        let value = value ?? ""
        let items = value.hasPrefix("~") ? [value[...]] : value.split(separator: ",", omittingEmptySubsequences: false)
        return items.map { DocumentNode(content: .scalar(String($0), isQuoted: true)) }
    }

    private static func field(_ name: String, _ text: String) -> DocumentField {
        field(name, .scalar(text, isQuoted: true))
    }

    private static func field(_ name: String, _ content: DocumentNode.Content) -> DocumentField {
        DocumentField(name: name, place: DocumentNode(content: .null), value: DocumentNode(content: content))
    }

    private mutating func add(_ name: String, _ content: DocumentNode.Content) {
        fields.append(Self.field(name, content))
    }

    private mutating func addNested(_ parts: [String], _ content: DocumentNode.Content) {
        Self.add(parts[...], content, to: &fields)
    }

    private static func add(
        _ parts: ArraySlice<String>, _ content: DocumentNode.Content, to fields: inout [DocumentField]
    ) {
        guard let name = parts.first else { return }
        guard parts.count > 1 else {
            fields.append(field(name, content))
            return
        }
        let place = fields.firstIndex { $0.name == name }
        var inner: [DocumentField] = []
        if let place, case .mapping(let known) = fields[place].value.content { inner = known }
        add(parts.dropFirst(), content, to: &inner)
        if let place {
            fields[place] = field(name, .mapping(inner))
        } else {
            fields.append(field(name, .mapping(inner)))
        }
    }
}
