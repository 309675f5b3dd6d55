/// A configuration's text as sections; what is in them is read when it is asked for.
///
/// Two texts that are to be compared differ in few sections as a rule, so that only those cost more than a glance.
struct HAProxyConfiguration: Sendable {
    /// The line that begins a section, and all up to the next of that kind.
    struct Section: Sendable {
        /// The words of its first line: `backend web from base`.
        var title: [HAProxyLine.Word]
        /// The first line's number.
        var firstLine: Int
        /// Its octets, the first line's among them.
        var octets: ArraySlice<UInt8>
        /// Whether `.if` or its kin stand in it or around it: which lines count is known to HAProxy alone.
        var isConditional: Bool

        /// `backend`, `defaults`, ...; empty for what stands before the first section.
        var kind: String { title.first?.text ?? "" }
        /// Its name, if it has one.
        var name: String? { title.count > 1 && title[1].text != "from" ? title[1].text : nil }
        /// The defaults section that it names.
        var base: String? {
            guard let from = title.firstIndex(where: { $0.text == "from" }), from > 0, from + 1 < title.count else {
                return nil
            }
            return title[from + 1].text
        }
        /// Whether servers stand in it that take part in balancing.
        var hasServers: Bool { kind == "backend" || kind == "listen" }
        /// For messages.
        var description: String { title.isEmpty ? "the beginning" : title.map(\.text).joined(separator: " ") }

        /// Its lines without the first, comments and empty ones.
        func lines() -> [HAProxyLine] {
            let all = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return all.enumerated().dropFirst(title.isEmpty ? 0 : 1).compactMap { index, octets in
                let line = HAProxyLine(number: firstLine + index, octets: octets)
                return line.words.isEmpty ? nil : line
            }
        }
    }

    /// All sections in their order.
    let sections: [Section]

    /// Keywords that begin a section, of all branches so far.
    private static let kinds: Set<String> = [
        "acme", "backend", "cache", "crt-store", "defaults", "fcgi-app", "frontend", "global", "healthcheck",
        "http-errors", "listen", "log-forward", "log-profile", "mailers", "peers", "program", "resolvers", "ring",
        "traces", "userlist",
    ]

    /// Cuts a text.
    init(_ text: String) {
        let octets = Array(text.utf8)
        var sections: [Section] = []
        var section = Section(title: [], firstLine: 1, octets: [], isConditional: false)
        var sectionStart = 0
        var lineStart = 0
        var number = 0
        var depth = 0
        while lineStart < octets.count {
            number += 1
            let lineEnd = octets[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? octets.count
            let line = octets[lineStart..<lineEnd]
            let word = Self.firstWord(line)
            switch word {
            case ".if":
                depth += 1
                section.isConditional = true
            case ".elif", ".else": section.isConditional = true
            case ".endif":
                depth = max(0, depth - 1)
                section.isConditional = true
            case let word where Self.kinds.contains(word):
                section.octets = octets[sectionStart..<lineStart]
                sections.append(section)
                sectionStart = lineStart
                section = Section(
                    title: HAProxyLine(number: number, octets: line).words, firstLine: number, octets: [],
                    isConditional: depth > 0)
            default: break
            }
            lineStart = lineEnd + 1
        }
        section.octets = octets[min(sectionStart, octets.count)...]
        sections.append(section)
        self.sections = sections
    }

    /// The first word of a line as far as it may be one that is looked for.
    private static func firstWord(_ line: ArraySlice<UInt8>) -> String {
        let rest = line.drop(while: HAProxyLine.isBlank)
        let word = rest.prefix { !HAProxyLine.isBlank($0) && $0 != UInt8(ascii: "\r") }
        // A keyword may be quoted; then the whole cutter has to look.
        let isPlain = !word.contains {
            [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "#")].contains($0)
        }
        return isPlain ? String(decoding: word, as: UTF8.self) : HAProxyLine(number: 0, octets: line).keyword ?? ""
    }

    /// What `global` says of a setting with one value, the last one counting.
    func globalValue(_ keyword: String) -> String? {
        sections.filter { $0.kind == "global" }.flatMap { $0.lines() }
            .last { $0.keyword == keyword && $0.words.count > 1 }?.words[1].text
    }

    /// The lines of the defaults that a section starts from, those of the farthest first; nil if there are none.
    func defaults(of index: Int) -> [HAProxyLine]? {
        var chain: [[HAProxyLine]] = []
        var current = index
        var base = sections[index].base
        // A section without `from` takes the last defaults before it; defaults without `from` start from nothing.
        var isImplicit = base == nil
        while chain.count < 32 {
            let found = sections[..<current].indices.last { candidate in
                sections[candidate].kind == "defaults" && (isImplicit || sections[candidate].name == base)
            }
            guard let found else { break }
            chain.append(sections[found].lines())
            current = found
            base = sections[found].base
            isImplicit = false
            if base == nil { break }
        }
        return chain.isEmpty ? nil : chain.reversed().flatMap { $0 }
    }
}
