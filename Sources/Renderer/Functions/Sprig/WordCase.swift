/// Names of several words written another way, as the xstrings package does.
enum WordCase {
    private enum Kind {
        case none, number, upper, letters, connector, punctuation, other
    }

    private static func isConnector(_ rune: UInt32) -> Bool { rune == 0x2D || rune == 0x5F || Octets.isSpace(rune) }

    /// A letter of a script that has cases or words; ideographs and syllables stand for themselves.
    private static func isLetter(_ rune: UInt32) -> Bool {
        guard LetterCase.isLetter(rune) else { return false }
        switch rune {
        case 0x3034...0x30FE, 0x3400...0x4DB5, 0x4E00...0x9FFE, 0xF900...0xFAD8, 0x20000...0x2FA1F: return false
        default: return true
        }
    }

    private static func isPunctuation(_ rune: UInt32) -> Bool {
        switch Unicode.Scalar(rune)?.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    private static func isNumber(_ rune: UInt32) -> Bool {
        switch Unicode.Scalar(rune)?.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    /// Takes the next word off `rest`.
    private static func nextWord(_ rest: inout ArraySlice<UInt32>) -> (kind: Kind, word: ArraySlice<UInt32>) {
        guard let first = rest.first else { return (.none, []) }
        func take(_ isPart: (UInt32) -> Bool) -> Int { 1 + rest.dropFirst().prefix(while: isPart).count }
        let kind: Kind
        var count: Int
        if isConnector(first) {
            (kind, count) = (.connector, take(isConnector))
        } else if isPunctuation(first) {
            (kind, count) = (.punctuation, take(isPunctuation))
        } else if LetterCase.isUpper(first) {
            kind = .upper
            count = 1
            if let second = rest.dropFirst().first {
                if LetterCase.isUpper(second) {
                    count = take(LetterCase.isUpper)
                    // Of HTTPStatus the S belongs to the next word.
                    if let next = rest.dropFirst(count).first, isLetter(next) { count -= 1 }
                } else if isLetter(second) {
                    count = take { isLetter($0) && !LetterCase.isUpper($0) }
                }
            }
        } else if isLetter(first) {
            (kind, count) = (.letters, take { isLetter($0) && !LetterCase.isUpper($0) })
        } else if isNumber(first) {
            (kind, count) = (.number, take(isNumber))
        } else {
            kind = .other
            count = take { !isConnector($0) && !isLetter($0) && !isNumber($0) && !isPunctuation($0) }
        }
        let word = rest.prefix(count)
        rest = rest.dropFirst(count)
        return (kind, word)
    }

    /// `octets` in lower case with `connector` between words.
    static func lower(_ octets: [UInt8], connector: UInt32) -> [UInt8] {
        var rest = Octets.runes(octets)[...]
        var result: [UInt32] = []
        func write(_ kind: Kind, _ word: ArraySlice<UInt32>) {
            guard kind == .upper || kind == .connector else {
                result += word
                return
            }
            result += word.map { isConnector($0) ? connector : LetterCase.lower($0) }
        }
        func joins(_ kind: Kind) -> Bool { kind != .connector && kind != .punctuation }
        var (kind, word) = nextWord(&rest)
        func writeRun() {
            while kind == .letters || kind == .number {
                write(kind, word)
                (kind, word) = nextWord(&rest)
            }
            if kind != .none, joins(kind) { result.append(connector) }
        }
        while !rest.isEmpty {
            if kind != .connector { write(kind, word) }
            let (previous, last) = (kind, word)
            (kind, word) = nextWord(&rest)
            switch previous {
            case .number: writeRun()
            case .connector: write(previous, last)
            case .punctuation: break
            default:
                guard kind == .number else {
                    if joins(kind) { result.append(connector) }
                    continue
                }
                if rest.isEmpty { continue }
                let number = word
                (kind, word) = nextWord(&rest)
                if kind == .letters {
                    // Letters after a number belong to it, as in http_2xx.
                    result.append(connector)
                    write(.number, number)
                    writeRun()
                } else {
                    write(.number, number)
                    if joins(kind) { result.append(connector) }
                }
            }
        }
        write(kind, word)
        return Octets.encode(result)
    }

    /// `octets` with a capital at the beginning of each word and no connectors between.
    static func camel(_ octets: [UInt8]) -> [UInt8] {
        let runes = Octets.runes(octets)
        let lead = runes.prefix(while: isConnector)
        var rest = runes.dropFirst(lead.count)
        guard let first = rest.popFirst() else { return octets }
        var result = Array(lead)
        var previous = LetterCase.upper(first)
        for rune in rest {
            if isConnector(rune), isConnector(previous) {
                result.append(previous)
                continue
            }
            if isConnector(previous) {
                previous = LetterCase.upper(rune)
            } else {
                result.append(previous)
                previous = LetterCase.lower(rune)
            }
        }
        return Octets.encode(result + [previous])
    }
}
