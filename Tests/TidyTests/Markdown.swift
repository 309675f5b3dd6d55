/// What the pages say must be there.
struct Markdown {
    let file: Repository.File

    /// A link and the line that it stands on.
    struct Link: Equatable {
        var target: String
        var line: Int
    }

    /// Links `[text](target)` outside code blocks.
    var links: [Link] {
        prose.flatMap { index, line -> [Link] in
            line.split(separator: "](").dropFirst().compactMap { rest in
                rest.firstIndex(of: ")").map { Link(target: String(rest[..<$0]), line: index + 1) }
            }
        }
    }

    /// What headings can be linked as: GitHub's rule of lower case, dashes, no punctuation.
    var anchors: Set<String> {
        Set(
            prose.compactMap { _, line in
                guard line.hasPrefix("#") else { return nil }
                let title = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    title.compactMap {
                        $0 == " " ? "-" : ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil)
                    })
            })
    }

    /// The targets that the page's `make` commands name, in code.
    var makeTargets: Set<String> {
        var found: Set<String> = []
        for line in file.lines {
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "`") }
            for (word, next) in zip(words, words.dropFirst())
            where word == "`make" || (word == "make" && line.hasPrefix("make")) {
                found.insert(next.filter { $0 != "`" })
            }
        }
        return found
    }

    private var prose: [(Int, Substring)] {
        var isCode = false
        return file.lines.enumerated().compactMap { index, line in
            if line.hasPrefix("```") {
                isCode.toggle()
                return nil
            }
            return isCode ? nil : (index, line)
        }
    }

    /// Links to files that are not there, and to headings that are not in them.
    func brokenLinks(exists: (String) -> Bool, page: (String) -> Markdown?) -> [Finding] {
        links.compactMap { link in
            if link.target.contains("://") || link.target.hasPrefix("mailto:") { return nil }
            let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let path = parts[0].isEmpty ? file.path : Self.resolve(String(parts[0]), from: file.path)
            guard exists(path) else {
                return Finding(path: file.path, line: link.line, message: "\(link.target) leads nowhere: no \(path)")
            }
            guard parts.count == 2, let other = page(path), !other.anchors.contains(String(parts[1])) else {
                return nil
            }
            return Finding(path: file.path, line: link.line, message: "\(path) has no heading #\(parts[1])")
        }
    }

    /// A relative target as a path from the root.
    static func resolve(_ target: String, from path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
