/// What somebody typed, or what the terminal answered.
enum Key: Equatable, Sendable {
    case character(Character)
    /// Ctrl and a letter, which is a lower-case one.
    case control(Character)
    case enter
    case tab
    case backTab
    case backspace
    case delete
    case escape
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    /// Text that was pasted, which is not to be taken for keys.
    case paste(String)
    /// The terminal's answer to a question for a private mode (DECRPM): 1 and 2 say that it has it.
    case mode(Int, state: Int)
}

/// Octets from a terminal to keys, however they are split.
///
/// An escape sequence begins as the Escape key does; only time tells them apart, so whoever reads asks ``isWaiting`` after each
/// piece and calls ``flush()`` when nothing has followed for a moment.
struct KeyReader: Sendable {
    /// Octets of one escape sequence; longer ones are none that is known here.
    private static let sequenceMaximum = 64
    /// Octets of pasted text that are kept.
    private static let pasteMaximum = 4096

    private enum State {
        case ground
        case escape
        /// ESC [: parameters so far.
        case control([UInt8])
        /// ESC O
        case single
        /// ESC and one of ] P X ^ _: to be passed over up to its end.
        case string(isEscaped: Bool)
        /// A character of several octets.
        case text([UInt8], missing: Int)
        /// Between the marks of a paste.
        case paste
    }

    private var state = State.ground
    private var pasted: [UInt8] = []

    init() {}

    /// Whether what came so far may be a whole key or the beginning of a longer one.
    var isWaiting: Bool {
        switch state {
        case .ground, .paste: false
        default: true
        }
    }

    /// The keys that are whole with these octets.
    mutating func keys(_ octets: some Sequence<UInt8>) -> [Key] {
        var keys: [Key] = []
        for octet in octets { take(octet, &keys) }
        return keys
    }

    /// Nothing has followed for a moment: Escape was meant as such, and what else is unfinished is dropped.
    mutating func flush() -> [Key] {
        defer { if isWaiting { state = .ground } }
        if case .escape = state { return [.escape] }
        return []
    }

    private mutating func take(_ octet: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: begin(octet, &keys)
        case .escape: afterEscape(octet, &keys)
        case .control(let octets): takeControl(octet, octets, &keys)
        case .single:
            state = .ground
            if let key = Self.named(octet) { keys.append(key) }
        case .string(let isEscaped):
            // ST is ESC \; xterm ends OSC by BEL as well.
            if octet == 0x07 || (isEscaped && octet == UInt8(ascii: "\\")) {
                state = .ground
            } else {
                state = .string(isEscaped: octet == 0x1B)
            }
        case .text(let octets, let missing): takeText(octet, octets, missing, &keys)
        case .paste: takePaste(octet, &keys)
        }
    }

    private mutating func begin(_ octet: UInt8, _ keys: inout [Key]) {
        switch octet {
        case 0x1B: state = .escape
        case 0x0D, 0x0A: keys.append(.enter)
        case 0x09: keys.append(.tab)
        case 0x7F, 0x08: keys.append(.backspace)
        case 0x01...0x1A: keys.append(.control(Character(Unicode.Scalar(octet + 0x60))))
        case 0x20..<0x7F: keys.append(.character(Character(Unicode.Scalar(octet))))
        case 0xC2..<0xE0: state = .text([octet], missing: 1)
        case 0xE0..<0xF0: state = .text([octet], missing: 2)
        case 0xF0..<0xF5: state = .text([octet], missing: 3)
        default: break
        }
    }

    private mutating func takeText(_ octet: UInt8, _ octets: [UInt8], _ missing: Int, _ keys: inout [Key]) {
        guard (0x80..<0xC0).contains(octet) else {
            // Not a part of it: a key of its own.
            state = .ground
            return begin(octet, &keys)
        }
        if missing > 1 {
            state = .text(octets + [octet], missing: missing - 1)
            return
        }
        state = .ground
        if let text = String(validating: octets + [octet], as: UTF8.self), let character = text.first {
            keys.append(.character(character))
        }
    }

    private mutating func afterEscape(_ octet: UInt8, _ keys: inout [Key]) {
        switch octet {
        case UInt8(ascii: "["): state = .control([])
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string(isEscaped: false)
        default:
            // Escape, and a key after it in the same moment.
            state = .ground
            keys.append(.escape)
            begin(octet, &keys)
        }
    }

    private mutating func takeControl(_ octet: UInt8, _ octets: [UInt8], _ keys: inout [Key]) {
        switch octet {
        case 0x20..<0x40 where octets.count < Self.sequenceMaximum: state = .control(octets + [octet])
        case 0x40..<0x7F:
            state = .ground
            if octet == UInt8(ascii: "~"), octets == Array("200".utf8) {
                state = .paste
            } else if let key = Self.key(octets, octet) {
                keys.append(key)
            }
        default:
            state = .ground
            // A sequence that is cut off by another.
            if octet == 0x1B { state = .escape }
        }
    }

    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func takePaste(_ octet: UInt8, _ keys: inout [Key]) {
        pasted.append(octet)
        if octet == UInt8(ascii: "~"), pasted.suffix(Self.pasteEnd.count) == Self.pasteEnd[...] {
            pasted.removeLast(Self.pasteEnd.count)
            keys.append(.paste(String(decoding: pasted.prefix(Self.pasteMaximum), as: UTF8.self)))
            state = .ground
            pasted = []
        } else if pasted.count > 2 * Self.pasteMaximum {
            // What is too much is dropped before the last octets, which may be the end's.
            pasted.removeSubrange(Self.pasteMaximum..<pasted.count - Self.pasteEnd.count)
        }
    }

    /// ESC [ parameters final.
    private static func key(_ octets: [UInt8], _ final: UInt8) -> Key? {
        if octets.first == UInt8(ascii: "?") {
            guard final == UInt8(ascii: "y"), octets.last == UInt8(ascii: "$") else { return nil }
            let numbers = self.numbers(octets.dropFirst().dropLast())
            guard numbers.count == 2 else { return nil }
            return .mode(numbers[0], state: numbers[1])
        }
        guard final == UInt8(ascii: "~") else { return named(final) }
        return switch numbers(octets[...]).first {
        case 1, 7: .home
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        default: nil
        }
    }

    private static func numbers(_ octets: ArraySlice<UInt8>) -> [Int] {
        octets.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            Int(String(decoding: $0, as: UTF8.self)) ?? 0
        }
    }

    /// Keys that a letter after ESC [ or ESC O names.
    private static func named(_ octet: UInt8) -> Key? {
        switch octet {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        case UInt8(ascii: "Z"): .backTab
        default: nil
        }
    }
}
