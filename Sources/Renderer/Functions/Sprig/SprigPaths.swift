internal import Template

/// Sprig's functions on paths and URLs.
enum SprigPaths {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        for (name, system) in [("base", "osBase"), ("dir", "osDir"), ("clean", "osClean"), ("ext", "osExt")] {
            for function in [name, system] {
                table.register(function) { (path: String) -> String in
                    switch name {
                    case "base": PathText.base(path)
                    case "dir": PathText.directory(path)
                    case "clean": PathText.clean(path)
                    default: PathText.suffix(path)
                    }
                }
            }
        }
        for name in ["isAbs", "osIsAbs"] { table.register(name) { (path: String) in path.hasPrefix("/") } }
        table["urlParse"] = Function(parameters: [.string], result: .stringMap) { arguments in
            .map(Map(try URLText(arguments[0].text ?? "").members.mapValues { .string($0) }, isMutable: true))
        }
        table["urlJoin"] = Function(parameters: [.stringMap], result: .string) { arguments in
            guard case .map(let map) = arguments[0] else { return "" }
            var members: [String: String] = [:]
            for (key, value) in zip(map.entries.keys, map.entries.values) {
                members[key.text ?? ""] = value.text ?? ""
            }
            return .string(URLText(members: members).text)
        }
    }
}

/// Go's path package.
enum PathText {
    /// The shortest path to the same place, by its text alone.
    static func clean(_ path: String) -> String {
        let isRooted = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isRooted {
                parts.append(part)
            }
        }
        let text = (isRooted ? "/" : "") + parts.joined(separator: "/")
        return text.isEmpty ? "." : text
    }

    /// The last part.
    static func base(_ path: String) -> String {
        if path.isEmpty { return "." }
        return path.split(separator: "/").last.map(String.init) ?? "/"
    }

    /// All but the last part.
    static func directory(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return clean(String(path[...slash]))
    }

    /// The last dot of the last part, with what follows it.
    static func suffix(_ path: String) -> String {
        guard let place = path.lastIndex(where: { $0 == "." || $0 == "/" }), path[place] == "." else { return "" }
        return String(path[place...])
    }
}
