/// Composes letters with the diacritics that follow them, as Normalization Form C does, for the scripts that have composed
/// letters in common use: Latin, Greek, Cyrillic and Vietnamese, and Hangul syllables.
///
/// The standard library compares strings by canonical equivalence but exports no composition; so the composed letter is
/// found by asking, over the blocks that hold them, which one is equivalent to the pair. That is slow (some thousand
/// comparisons a diacritic) and only ever done for names that people write into configurations.
enum CanonicalComposition {
    private static let blocks: [ClosedRange<UInt32>] = [
        0x00C0...0x024F, 0x0370...0x03FF, 0x0400...0x052F, 0x1E00...0x1EFF, 0x1F00...0x1FFF,
    ]

    /// `scalars` with combining diacritical marks (U+0300 to U+036F) merged into the letter before them where one exists.
    static func compose(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var output = [Unicode.Scalar]()
        for scalar in scalars {
            if (0x0300...0x036F).contains(scalar.value), let base = output.last,
                let composed = composed(base, scalar)
            {
                output[output.count - 1] = composed
            } else if let base = output.last, let syllable = hangul(base.value, scalar.value) {
                output[output.count - 1] = syllable
            } else {
                output.append(scalar)
            }
        }
        return output
    }

    private static func composed(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
        var pair = ""
        pair.unicodeScalars.append(base)
        pair.unicodeScalars.append(mark)
        for block in blocks {
            for value in block {
                if let candidate = Unicode.Scalar(value), String(Character(candidate)) == pair { return candidate }
            }
        }
        return nil
    }

    /// A leading consonant with a vowel, or such a syllable with a trailing consonant (Unicode §3.12).
    private static func hangul(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        if (0x1100...0x1112).contains(first), (0x1161...0x1175).contains(second) {
            return Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28)
        }
        if (0xAC00...0xD7A3).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8...0x11C2).contains(second) {
            return Unicode.Scalar(first + (second - 0x11A7))
        }
        return nil
    }
}
