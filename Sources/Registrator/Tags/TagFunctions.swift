internal import Template

/// The functions that gliderlabs' registrator gives to the template of `-tags`.
///
/// `httpGet` is not among them: a container's tags would wait for somebody's server.
enum TagFunctions {
    /// The functions.
    static let table: FunctionTable = {
        var table = FunctionTable()
        addTexts(to: &table)
        addLists(to: &table)
        table.register("jsonParse") { (document: Value, path: GoString) in
            GoString(try member(of: document, path.text))
        }
        return table
    }()

    private static func addTexts(to table: inout FunctionTable) {
        table.register("strSlice") { (text: GoString, bounds: Rest<Int>) in
            GoString(slice(text.octets, bounds.elements))
        }
        table.register("toUpper") { (text: GoString) in GoString(text.text.uppercased()) }
        table.register("toLower") { (text: GoString) in GoString(text.text.lowercased()) }
        table.register("replace") { (count: Int, old: GoString, new: GoString, text: GoString) in
            GoString(replace(text.octets, old.octets, new.octets, count))
        }
        table.register("split") { (separator: GoString, text: GoString) -> [GoString] in
            split(text.octets, separator.octets).map { GoString($0) }
        }
        table.register("splitIndex") { (index: Int, separator: GoString, text: GoString) in
            try element(index, of: split(text.octets, separator.octets).map { GoString($0) })
        }
    }

    private static func addLists(to table: inout FunctionTable) {
        table.register("sIndex") { (index: Int, list: [GoString]) in try element(index, of: list) }
        table["mIndex"] = Function(
            parameters: [.string, .map(key: .string, element: .string)], result: .string
        ) { arguments in
            guard case .map(let map) = arguments[1], let octets = arguments[0].octets else { return .string([]) }
            return map[octets] ?? .string([])
        }
        table.register("join") { (separator: GoString, list: [GoString]) in
            GoString(Array(list.map(\.octets).joined(separator: separator.octets)))
        }
        table.register("matchFirstElement") { (pattern: GoString, list: [GoString]) in
            let regex = try expression(pattern)
            return try list.first { try regex.firstMatch(in: $0.text) != nil } ?? GoString("")
        }
        table.register("matchAllElements") { (pattern: GoString, list: [GoString]) -> [GoString] in
            let regex = try expression(pattern)
            return try list.filter { try regex.firstMatch(in: $0.text) != nil }
        }
    }

    /// The octets from the first bound to the second; all of them where the bounds do not fit.
    private static func slice(_ octets: [UInt8], _ bounds: [Int]) -> [UInt8] {
        guard let low = bounds.first, 0...octets.count ~= low, bounds.count <= 2 else { return octets }
        guard bounds.count == 2 else { return Array(octets[low...]) }
        guard 0...octets.count ~= bounds[1] else { return octets }
        return bounds[1] < low ? Array(octets[low...]) : Array(octets[low..<bounds[1]])
    }

    /// The element at `index`, from the end if that is negative; the nearest where there are not so many.
    private static func element(_ index: Int, of list: [GoString]) throws(FunctionError) -> GoString {
        guard !list.isEmpty else { throw FunctionError("index \(index) of an empty list") }
        guard index < 0 else { return list[min(index, list.count - 1)] }
        return list[index.magnitude >= UInt(list.count) ? 0 : list.count + index]
    }

    private static func expression(_ pattern: GoString) throws(FunctionError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(pattern.text).matchingSemantics(.unicodeScalar)
        } catch {
            throw FunctionError("error parsing regexp: `\(pattern.text)`")
        }
    }

    /// The parts between separators; between an empty one, each octet by itself.
    private static func split(_ octets: [UInt8], _ separator: [UInt8]) -> [[UInt8]] {
        guard !separator.isEmpty else { return octets.map { [$0] } }
        var parts: [[UInt8]] = []
        var start = 0
        var index = 0
        while index + separator.count <= octets.count {
            guard octets[index..<index + separator.count].elementsEqual(separator) else {
                index += 1
                continue
            }
            parts.append(Array(octets[start..<index]))
            index += separator.count
            start = index
        }
        return parts + [Array(octets[start...])]
    }

    /// `octets` with the first `count` occurrences replaced, or all of them if it is negative.
    private static func replace(_ octets: [UInt8], _ old: [UInt8], _ new: [UInt8], _ count: Int) -> [UInt8] {
        let parts = split(octets, old)
        guard count >= 0, count < parts.count - 1 else { return Array(parts.joined(separator: new)) }
        let tail = Array(parts[count...].joined(separator: old))
        return Array((parts[..<count] + [tail]).joined(separator: new))
    }

    /// The member at `a::b::c` of a JSON document, as text; nothing where there is none.
    private static func member(of document: Value, _ path: String) throws(FunctionError) -> [UInt8] {
        let octets: [UInt8]
        switch document {
        case .string(let text), .bytes(let text): octets = text
        default: throw FunctionError("jsonParse: no text")
        }
        guard var value = InspectValue.decode(octets) else { return [] }
        for name in path.split(separator: "::") {
            guard case .map(let map) = value, let next = map[String(name)] else { return [] }
            value = next
        }
        return GoFormat.text(of: value)
    }
}
