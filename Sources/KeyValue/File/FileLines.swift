/// A file of nothing but plain lines, `KEY: VALUE`, read without a parser of YAML; or a map in JSON with a line for each key.
///
/// Files that tools write look like that, and with 50,000 keys YAML's parser takes half a second for what is told apart here
/// in hundredths of one. A line that was there before is not read again.
///
/// What is taken means the same to YAML: keys of letters, digits and `_-./:` that begin with a letter, or in quotes; values in
/// quotes without escapes, or plain ones that begin with a letter or digit and hold nothing that YAML could read otherwise.
/// Whatever else there is in a file (nesting, comments behind values, lists, two equal keys) makes it none of these.
struct FileLines: Sendable {
    /// A key and its value, and where the line is.
    struct Line: Sendable {
        var key: String
        var value: [UInt8]
        fileprivate var place: Range<Int>
    }

    /// How a file is laid out.
    private enum Form {
        case yaml, json
    }

    /// The lines, ascending by key, each key once.
    private(set) var lines: [Line] = []
    /// The same in the order of the file.
    private var read: [Line] = []
    private var isAscending = true
    private var form = Form.yaml
    private var text: [UInt8] = []

    /// Nothing read yet.
    init() {}

    /// Reads `text`, which may be much like what `old` was read from; nil if it is no such file.
    init?(_ text: [UInt8], after old: FileLines = FileLines()) {
        self.text = text
        let isJSON = text.starts(with: [UInt8(ascii: "{"), Self.newLine])
        form = isJSON ? .json : .yaml
        let old = old.form == form ? old : FileLines()
        read.reserveCapacity(old.read.count + 8)
        guard isJSON ? readJSON(text.span, old) : readYAML(text.span, old), !read.isEmpty else {
            return nil
        }
        lines = read
        if isAscending { return }
        lines.sort { KeyOrder.precedes($0.key, $1.key) }
        for index in lines.indices.dropFirst()
        where !KeyOrder.precedes(lines[index - 1].key, lines[index].key) {
            return nil
        }
    }

    private mutating func readYAML(_ text: Span<UInt8>, _ old: FileLines) -> Bool {
        var cursor = Cursor()
        while cursor.position < text.count {
            switch text[cursor.position] {
            case Self.newLine: cursor.position += 1
            case UInt8(ascii: "#"): guard cursor.passComment(text) else { return false }
            default: guard take(&cursor, text, old) else { return false }
            }
        }
        return true
    }

    private mutating func readJSON(_ text: Span<UInt8>, _ old: FileLines) -> Bool {
        var cursor = Cursor()
        cursor.position = 2
        repeat {
            guard take(&cursor, text, old) else { return false }
            // Before the line's end, which the cursor has passed.
        } while text[cursor.position - 2] == UInt8(ascii: ",")
        guard cursor.position < text.count, text[cursor.position] == UInt8(ascii: "}") else {
            return false
        }
        return cursor.position + 1 == text.count
            || cursor.position + 2 == text.count && text[cursor.position + 1] == Self.newLine
    }

    /// Where the reading is.
    private struct Cursor {
        var position = 0
        /// The old line that comes next if nothing has changed, and the one that was taken last.
        var candidate = 0
        var taken = -1

        /// Passes over a comment of plain characters.
        mutating func passComment(_ text: Span<UInt8>) -> Bool {
            while position < text.count, text[position] != FileLines.newLine {
                guard (0x20...0x7E).contains(text[position]) else { return false }
                position += 1
            }
            position += 1
            return true
        }
    }

    /// Takes the line at the cursor, and goes behind its end.
    private mutating func take(_ cursor: inout Cursor, _ text: Span<UInt8>, _ old: FileLines) -> Bool {
        let start = cursor.position
        if let end = Self.lineEnd(text, start, old, cursor.candidate) {
            let line = old.read[cursor.candidate]
            let isBehind = old.isAscending && cursor.taken == cursor.candidate - 1
            append(Line(key: line.key, value: line.value, place: start..<end), isBehind: isBehind)
            cursor.taken = cursor.candidate
            cursor.candidate += 1
            cursor.position = end + 1
            return true
        }
        var parser = FileLineParser(position: start, isJSON: form == .json)
        guard start < text.count, let (key, value) = parser.parse(text) else { return false }
        let name = String(decoding: Array(text, key), as: UTF8.self)
        while cursor.candidate < old.read.count,
            !KeyOrder.precedes(name, old.read[cursor.candidate].key)
        {
            cursor.candidate += 1
        }
        append(
            Line(key: name, value: Array(text, value), place: start..<parser.position), isBehind: false)
        cursor.taken = -1
        cursor.position = parser.position + 1
        return true
    }

    /// - Parameter isBehind: whether it is known to come after the line before it.
    private mutating func append(_ line: Line, isBehind: Bool) {
        if !isBehind, let last = read.last, !KeyOrder.precedes(last.key, line.key) {
            isAscending = false
        }
        read.append(line)
    }

    private static let newLine = UInt8(ascii: "\n")

    /// The end of the line at `start` if it is the old line `candidate`; nil if it is another.
    private static func lineEnd(
        _ text: Span<UInt8>, _ start: Int, _ old: FileLines, _ candidate: Int
    )
        -> Int?
    {
        guard candidate < old.read.count else { return nil }
        let part = old.text.span.extracting(old.read[candidate].place)
        let end = start + part.count
        guard text.begins(at: start, with: part), end == text.count || text[end] == newLine else {
            return nil
        }
        return end
    }
}

extension Array where Element == UInt8 {
    /// The octets of `range`.
    fileprivate init(_ text: Span<UInt8>, _ range: Range<Int>) {
        self.init(capacity: range.count) { output in
            for index in range { output.append(text[index]) }
        }
    }
}
