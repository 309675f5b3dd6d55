/// A list of nodes as it is written by hand: on the command line, or one a line in a file.
enum NodeList {
    /// Addresses that one entry may stand for: a wrong range must not fill the memory.
    static let most = 65_536

    /// The addresses of `10.0.0.5:2375,10.0.0.[10:20]:2375`.
    ///
    /// - Throws: ``SwarmUsageError`` naming the entry that is none.
    static func parse(_ text: some StringProtocol) throws(SwarmUsageError) -> [NodeAddress] {
        try addresses(text.split(separator: ",").map { String($0) })
    }

    /// The addresses of a file: one entry a line; `#` begins a comment.
    static func parse(file text: String) throws(SwarmUsageError) -> [NodeAddress] {
        let lines = text.split(whereSeparator: \.isNewline).map { line in String(line.prefix { $0 != "#" }) }
        return try addresses(lines)
    }

    private static func addresses(_ entries: [String]) throws(SwarmUsageError) -> [NodeAddress] {
        var found: [NodeAddress] = []
        var seen: Set<NodeAddress> = []
        for entry in entries {
            let trimmed = entry.trimmingSpace
            guard !trimmed.isEmpty else { continue }
            for text in try expanded(trimmed) {
                guard let address = NodeAddress(text) else {
                    throw SwarmUsageError(
                        "invalid node \"\(text)\": write host:port, as in 10.0.0.5:2375 or 10.0.0.[5:9]:2375")
                }
                if seen.insert(address).inserted { found.append(address) }
            }
        }
        return found
    }

    /// What ranges stand for: `a[1:3]b` is `a1b`, `a2b` and `a3b`.
    ///
    /// Several multiply. `[2001:db8::1]`, which is no range, stays.
    static func expanded(_ text: String) throws(SwarmUsageError) -> [String] {
        guard let range = firstRange(in: text) else { return [text] }
        let numbers = text[text.index(after: range.lowerBound)..<range.upperBound].split(separator: ":")
        guard let first = Int(numbers[0]), let last = Int(numbers[1]), first <= last else {
            throw SwarmUsageError("invalid range in \"\(text)\": write [from:to], from the lower to the higher")
        }
        guard last - first < most else {
            throw SwarmUsageError("invalid range in \"\(text)\": it stands for more than \(most) nodes")
        }
        let (head, tail) = (text[..<range.lowerBound], text[text.index(after: range.upperBound)...])
        var all: [String] = []
        for number in first...last {
            all += try expanded("\(head)\(number)\(tail)")
            guard all.count <= most else {
                throw SwarmUsageError("invalid range in \"\(text)\": it stands for more than \(most) nodes")
            }
        }
        return all
    }

    /// From the opening to the closing bracket of two numbers with a colon between them.
    private static func firstRange(in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while let open = text[start...].firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") {
            let parts = text[text.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false)
            let areNumbers = parts.allSatisfy { part in
                !part.isEmpty && part.count <= 9 && part.utf8.allSatisfy(\.isDigit)
            }
            if parts.count == 2, areNumbers { return open..<close }
            start = text.index(after: open)
        }
        return nil
    }
}

extension String {
    /// Without blanks and tabs at its ends.
    fileprivate var trimmingSpace: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let front = drop(while: isSpace)
        return String(front.reversed().drop(while: isSpace).reversed())
    }
}
