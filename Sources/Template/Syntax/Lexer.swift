/// Cuts a template into tokens.
///
/// After an error there is nothing but the end.
struct Lexer {
    private let input: [UInt8]
    private let delimiters: Delimiters
    /// Whether `break` and `continue` are words of the language; not when functions have these names.
    private let hasBreak: Bool
    private let hasContinue: Bool

    /// Where the token at hand begins, and its line.
    private var start = 0
    private var startLine = 1
    /// What comes next, and its line.
    private var position = 0
    private var line = 1
    private var isInsideAction = false
    private var parenthesisDepth = 0
    private var hasFailed = false

    /// A lexer of `input`.
    init(_ input: [UInt8], delimiters: Delimiters, hasBreak: Bool, hasContinue: Bool) {
        self.input = input
        self.delimiters = delimiters
        self.hasBreak = hasBreak
        self.hasContinue = hasContinue
    }

    /// The next token.
    mutating func next() -> Token {
        if hasFailed { return Token(kind: .end, start: 0, octets: [], line: startLine) }
        if isInsideAction { return nextInAction() }
        while true {
            if let token = nextOutside() { return token }
        }
    }

    // MARK: - Reading

    private func has(_ prefix: [UInt8], at index: Int) -> Bool {
        guard index + prefix.count <= input.count else { return false }
        for offset in prefix.indices where input[index + offset] != prefix[offset] { return false }
        return true
    }

    private func find(_ word: [UInt8], from index: Int) -> Int? {
        guard let first = word.first, input.count >= word.count else { return nil }
        var index = index
        while index <= input.count - word.count {
            if input[index] == first && has(word, at: index) { return index }
            index += 1
        }
        return nil
    }

    private static func isSpace(_ octet: UInt8) -> Bool {
        octet == 0x20 || octet == 0x09 || octet == 0x0D || octet == 0x0A
    }

    private var octet: UInt8? { position < input.count ? input[position] : nil }

    private func rune(at index: Int) -> (rune: UInt32, width: Int)? {
        index < input.count ? Rune.decode(input, at: index) : nil
    }

    private mutating func advance(to index: Int) {
        while position < index {
            if input[position] == 0x0A { line += 1 }
            position += 1
        }
    }

    private mutating func ignore() {
        start = position
        startLine = line
    }

    private mutating func emit(_ kind: Token.Kind) -> Token {
        defer { ignore() }
        return Token(kind: kind, start: start, octets: Array(input[start..<position]), line: startLine)
    }

    private mutating func fail(_ message: String) -> Token {
        hasFailed = true
        return Token(kind: .error, start: start, octets: Array(message.utf8), line: startLine)
    }

    private mutating func failQuoting(_ message: String) -> Token {
        let quoted = String(decoding: Quoting.quote(Array(input[start..<position])), as: UTF8.self)
        return fail("\(message): \(quoted)")
    }

    private static func show(_ rune: UInt32) -> String {
        var printer = Printer(byteLimit: 100)
        printer.flags.sharp = true
        printer.printInteger(UInt64(rune), false, verb: Verb.bigU, .null)
        return String(decoding: printer.buffer, as: UTF8.self)
    }

    // MARK: - Text

    /// The text up to the next action, or the token that opens it; nil after a comment.
    private mutating func nextOutside() -> Token? {
        guard let open = find(delimiters.left, from: position) else {
            advance(to: input.count)
            return emit(position > start ? .text : .end)
        }
        if open > position {
            var end = open
            if hasLeftTrim(at: open + delimiters.left.count) {
                while end > start && Self.isSpace(input[end - 1]) { end -= 1 }
            }
            advance(to: end)
            let token = end > start ? emit(.text) : nil
            advance(to: open)
            ignore()
            if let token { return token }
        }
        return openAction()
    }

    private func hasLeftTrim(at index: Int) -> Bool {
        index + 1 < input.count && input[index] == 0x2D && Self.isSpace(input[index + 1])
    }

    /// Whether an action closes at `index`, and whether with a mark that trims.
    private func closing(at index: Int) -> (isClosing: Bool, trims: Bool) {
        if index + 1 < input.count, Self.isSpace(input[index]), input[index + 1] == 0x2D,
            has(delimiters.right, at: index + 2)
        {
            return (true, true)
        }
        return (has(delimiters.right, at: index), false)
    }

    private mutating func openAction() -> Token? {
        advance(to: position + delimiters.left.count)
        let skipped = hasLeftTrim(at: position) ? 2 : 0
        if has([0x2F, 0x2A], at: position + skipped) {
            advance(to: position + skipped)
            ignore()
            return skipComment()
        }
        let token = emit(.leftDelimiter)
        isInsideAction = true
        parenthesisDepth = 0
        advance(to: position + skipped)
        ignore()
        return token
    }

    private mutating func skipComment() -> Token? {
        guard let end = find([0x2A, 0x2F], from: position + 2) else { return fail("unclosed comment") }
        let (isClosing, trims) = closing(at: end + 2)
        guard isClosing else { return fail("comment ends before closing delimiter") }
        advance(to: end + 2 + (trims ? 2 : 0) + delimiters.right.count)
        if trims { skipSpace() }
        ignore()
        return nil
    }

    private mutating func skipSpace() {
        while let octet, Self.isSpace(octet) { advance(to: position + 1) }
    }

    private mutating func closeAction(trims: Bool) -> Token {
        if trims {
            advance(to: position + 2)
            ignore()
        }
        advance(to: position + delimiters.right.count)
        isInsideAction = false
        let token = emit(.rightDelimiter)
        if trims {
            skipSpace()
            ignore()
        }
        return token
    }

    // MARK: - Actions

    private mutating func nextInAction() -> Token {
        let (isClosing, trims) = closing(at: position)
        if isClosing {
            return parenthesisDepth == 0 ? closeAction(trims: trims) : fail("unclosed left paren")
        }
        guard let octet, let (rune, width) = rune(at: position) else { return fail("unclosed action") }
        switch octet {
        case 0x20, 0x09, 0x0D, 0x0A: return space()
        case 0x3D: return single(.assign)
        case 0x3A:
            advance(to: position + 1)
            guard self.octet == 0x3D else { return fail("expected :=") }
            return single(.declare)
        case 0x7C: return single(.pipe)
        case 0x22: return quoted(.string, by: octet, "unterminated quoted string")
        case 0x60: return rawString()
        case 0x24: return fieldOrVariable(.variable)
        case 0x27: return quoted(.characterConstant, by: octet, "unterminated character constant")
        case 0x2E:
            let next = position + 1
            if next < input.count, input[next] < 0x30 || input[next] > 0x39 { return fieldOrVariable(.field) }
            return number()
        case 0x2B, 0x2D, 0x30...0x39: return number()
        case 0x28:
            parenthesisDepth += 1
            return single(.leftParenthesis)
        case 0x29:
            parenthesisDepth -= 1
            if parenthesisDepth < 0 { return fail("unexpected right paren") }
            return single(.rightParenthesis)
        default: break
        }
        if Self.isAlphanumeric(rune) { return identifier() }
        if octet < 0x80 && Rune.isPrintable(rune) { return single(.char) }
        advance(to: position + width)
        return fail("unrecognized character in action: \(Self.show(rune))")
    }

    private mutating func single(_ kind: Token.Kind) -> Token {
        advance(to: position + 1)
        return emit(kind)
    }

    /// A run of blanks; the last of them belongs to a closing delimiter that trims.
    private mutating func space() -> Token {
        skipSpace()
        if closing(at: position - 1).trims {
            if position - 1 == start {
                position -= 1
                line = startLine
                return closeAction(trims: true)
            }
            position -= 1
            if input[position] == 0x0A { line -= 1 }
        }
        return emit(.space)
    }

    private static func isAlphanumeric(_ rune: UInt32) -> Bool {
        rune == 0x5F || Rune.isLetter(rune) || Rune.isDigit(rune)
    }

    private mutating func skipAlphanumerics() {
        while let (rune, width) = rune(at: position), Self.isAlphanumeric(rune) { advance(to: position + width) }
    }

    /// Whether a name may end here.
    private var isAtTerminator: Bool {
        guard let octet else { return true }
        switch octet {
        case 0x20, 0x09, 0x0D, 0x0A, 0x2E, 0x2C, 0x7C, 0x3A, 0x29, 0x28: return true
        default: return has(delimiters.right, at: position)
        }
    }

    private mutating func badCharacter() -> Token {
        fail("bad character \(Self.show(rune(at: position)?.rune ?? Rune.replacement))")
    }

    private mutating func identifier() -> Token {
        skipAlphanumerics()
        guard isAtTerminator else { return badCharacter() }
        switch Token.keywords[Array(input[start..<position])] {
        case .break where !hasBreak, .continue where !hasContinue, nil: return emit(.identifier)
        case let kind?: return emit(kind)
        }
    }

    private mutating func fieldOrVariable(_ kind: Token.Kind) -> Token {
        advance(to: position + 1)
        if isAtTerminator { return emit(kind == .field ? .dot : .variable) }
        skipAlphanumerics()
        return isAtTerminator ? emit(kind) : badCharacter()
    }

    private mutating func quoted(_ kind: Token.Kind, by quote: UInt8, _ problem: String) -> Token {
        advance(to: position + 1)
        while true {
            switch octet {
            case quote:
                return single(kind)
            case 0x5C:
                advance(to: position + 1)
                guard let octet, octet != 0x0A else { return fail(problem) }
                advance(to: position + 1)
            case nil, 0x0A: return fail(problem)
            default: advance(to: position + 1)
            }
        }
    }

    private mutating func rawString() -> Token {
        guard let end = find([0x60], from: position + 1) else { return fail("unterminated raw quoted string") }
        advance(to: end + 1)
        return emit(.rawString)
    }

    // MARK: - Numbers

    private mutating func number() -> Token {
        guard scanNumber() else { return failQuoting("bad number syntax") }
        guard octet == 0x2B || octet == 0x2D else { return emit(.number) }
        guard scanNumber(), input[position - 1] == 0x69 else { return failQuoting("bad number syntax") }
        return emit(.complex)
    }

    private mutating func accept(_ set: String) -> Bool {
        guard let octet, set.utf8.contains(octet) else { return false }
        advance(to: position + 1)
        return true
    }

    private mutating func acceptRun(_ set: String) {
        while accept(set) {}
    }

    private mutating func scanNumber() -> Bool {
        _ = accept("+-")
        var digits = "0123456789_"
        var radix = 10
        if accept("0") {
            if accept("xX") {
                (digits, radix) = ("0123456789abcdefABCDEF_", 16)
            } else if accept("oO") {
                (digits, radix) = ("01234567_", 8)
            } else if accept("bB") {
                (digits, radix) = ("01_", 2)
            }
        }
        acceptRun(digits)
        if accept(".") { acceptRun(digits) }
        if (radix == 10 && accept("eE")) || (radix == 16 && accept("pP")) {
            _ = accept("+-")
            acceptRun("0123456789_")
        }
        _ = accept("i")
        if let (rune, width) = rune(at: position), Self.isAlphanumeric(rune) {
            advance(to: position + width)
            return false
        }
        return true
    }
}
