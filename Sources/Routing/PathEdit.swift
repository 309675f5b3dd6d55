/// How a route changes the path before it is forwarded: a prefix taken off, then a rewrite.
struct PathEdit: Sendable {
    /// What is taken off, without a slash at its end; empty: nothing.
    private let prefix: [UInt8]
    private let rewrite: (regex: Regex, template: TextTemplate)?

    /// What came of an edit.
    enum Outcome: Equatable {
        /// The path stays.
        case unchanged
        /// Another path.
        case changed([UInt8])
        /// Another path, but not the one that was asked for, which could not be sent.
        case mended([UInt8])
    }

    /// The edit that a route describes, `regex` being what `rewrite` matches by; nil if there is none.
    init?(stripPrefix: String?, rewrite: PathRewrite?, regex: Regex?) throws(PatternError) {
        var prefix: [UInt8] = []
        if let stripPrefix {
            guard stripPrefix.utf8.first == UInt8(ascii: "/"), var octets = PathForm.normal(stripPrefix.utf8) else {
                throw PatternError(reason: "strip_prefix `\(stripPrefix)` is no path: write it as `/api`")
            }
            while octets.last == UInt8(ascii: "/") { octets.removeLast() }
            prefix = octets
        }
        self.prefix = prefix
        if let rewrite, let regex {
            self.rewrite = (regex, try Self.template(rewrite, of: regex))
        } else if prefix.isEmpty {
            return nil
        } else {
            self.rewrite = nil
        }
    }

    private static func template(_ rewrite: PathRewrite, of regex: Regex) throws(PatternError) -> TextTemplate {
        let template = try TextTemplate(rewrite.to)
        for part in template.parts {
            switch part {
            case .variable(let variable):
                // A group may be called like a variable; a path has no variables.
                guard regex.group(named: variable.rawValue) != nil else {
                    throw PatternError(
                        reason: "rewrite names `$\(variable.rawValue)`, which only a redirect knows: write `$1`")
                }
            case .literal(let octets):
                guard
                    octets.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
                else {
                    throw PatternError(
                        reason:
                            "rewrite to `\(rewrite.to)` is no path: leave out spaces, `?` and `#`; the query stays as it is"
                    )
                }
            case .group, .namedGroup: break
            }
        }
        if let missing = template.missingGroup(in: [regex]) {
            throw PatternError(reason: "rewrite names `\(missing)`, but `\(rewrite.match)` has no such group: add it")
        }
        return template
    }

    /// `path` with the prefix off and rewritten.
    func apply(to path: RawSpan) -> Outcome {
        let original = path.octets()
        var result = strip(original)
        var isMended = false
        if let rewrite, let match = RegexMatch(rewrite.regex, in: result) {
            var output: [UInt8] = []
            for part in rewrite.template.parts {
                switch part {
                case .literal(let octets): output += octets
                case .variable(let variable):
                    TextTemplate.appendGroup(.namedGroup(variable.rawValue), of: match, to: &output)
                case .group, .namedGroup: TextTemplate.appendGroup(part, of: match, to: &output)
                }
            }
            (result, isMended) = Self.mended(output)
        }
        if isMended { return .mended(result) }
        return result == original ? .unchanged : .changed(result)
    }

    /// Segments are taken off whole: `/api` of `/api/x` and `/api`, not of `/apix`.
    private func strip(_ path: [UInt8]) -> [UInt8] {
        guard !prefix.isEmpty, path.starts(with: prefix) else { return path }
        if path.count == prefix.count { return [UInt8(ascii: "/")] }
        return path[prefix.count] == UInt8(ascii: "/") ? Array(path[prefix.count...]) : path
    }

    /// A rewritten path as it may be sent: without a slash it gets one; with an octet that no path has, or a `..` pieced
    /// together from what was matched, it becomes `/`.
    private static func mended(_ path: [UInt8]) -> (path: [UInt8], isMended: Bool) {
        guard path.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !PathForm.hasDotSegment(path) else {
            return ([UInt8(ascii: "/")], true)
        }
        if path.first != UInt8(ascii: "/") { return ([UInt8(ascii: "/")] + path, true) }
        return (path, false)
    }
}
