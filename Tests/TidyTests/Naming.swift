/// A file is found by the name of what it holds.
enum Naming {
    private static let kinds: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]

    /// Words that say nothing of what a thing is.
    private static let empty = ["Manager", "Helper", "Util", "Utils", "Utilities", "Misc", "Common"]

    /// Names of the types that `source` declares, at any depth.
    static func types(in source: SwiftSource) -> Set<String> {
        Set(
            source.tokens.indices.compactMap { index in
                kinds.contains(source.text(index)) ? source.text(index + 1) : nil
            })
    }

    /// What `source` extends: the last word of `extension A.B`.
    static func extended(in source: SwiftSource) -> Set<String> {
        Set(
            source.tokens.indices.compactMap { index -> String? in
                guard source.text(index) == "extension" else { return nil }
                var last = index + 1
                while source.text(last + 1) == "." { last += 2 }
                return source.text(last)
            })
    }

    /// Whether `source` is a file of one function, named after it: `nearestName` in `NearestName.swift`.
    private static func holdsFunction(_ source: SwiftSource) -> Bool {
        let name = source.name.prefix(1).lowercased() + source.name.dropFirst()
        return source.tokens.indices.contains { source.matches(["func", name], at: $0) }
    }

    /// `X.swift` declares a type X, or the function x; `X+Aspect.swift` extends X.
    static func violations(in source: SwiftSource) -> [Finding] {
        var findings: [Finding] = []
        let parts = source.name.split(separator: "+", maxSplits: 1).map(String.init)
        let types = types(in: source)
        if parts.count == 2 {
            if !types.union(extended(in: source)).contains(parts[0]) {
                findings.append(
                    Finding(
                        path: source.path, line: 1,
                        message: "\(source.name).swift neither extends nor declares \(parts[0])"))
            }
        } else if !types.contains(source.name), !holdsFunction(source) {
            findings.append(
                Finding(
                    path: source.path, line: 1,
                    message:
                        "\(source.name).swift declares no type \(source.name): name it after its main type, or Type+Aspect"
                ))
        }
        for name in types.union([source.name]).sorted() {
            for word in empty where name.hasSuffix(word) {
                findings.append(
                    Finding(
                        path: source.path, line: 1, message: "\(name): \(word) says nothing; name what the thing is"))
            }
        }
        return findings
    }
}
