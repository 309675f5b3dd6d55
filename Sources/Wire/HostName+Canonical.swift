extension HostName {
    /// Octets that a label may have (RFC 1035 §2.3.4).
    static let maximumLabelCount = 63
    /// Octets that a name may have in presentation form without its trailing dot.
    static let maximumNameCount = 253

    /// The canonical form of a host that a person wrote (any case, Unicode, a trailing dot), or nil if it is none.
    ///
    /// Unicode labels become A-labels (RFC 3492) after lower-casing and composing; ideographic full stops separate labels
    /// as `.` does. IPv6 addresses stand in brackets. This is what a name needs to be looked up, not a full IDNA2008
    /// validation: whether a registry would take it is not asked.
    public static func canonical(_ text: String) -> String? {
        if text.utf8.first == Octet.openBracket { return canonicalAddress(text) }
        var labels = [[Unicode.Scalar]]()
        var label = [Unicode.Scalar]()
        for scalar in text.unicodeScalars {
            switch scalar {
            case ".", "\u{3002}", "\u{FF0E}", "\u{FF61}":
                labels.append(label)
                label = []
            default: label.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        // A trailing dot leaves an empty last label; anywhere else an empty label is an error.
        if !label.isEmpty || labels.isEmpty { labels.append(label) }
        var name = ""
        for label in labels {
            guard let encoded = encode(label) else { return nil }
            if !name.isEmpty { name += "." }
            name += encoded
        }
        return name.utf8.count <= maximumNameCount ? name : nil
    }

    /// A label as it stands in the DNS, or nil if it is empty, too long, or holds what no label may.
    private static func encode(_ label: [Unicode.Scalar]) -> String? {
        var encoded: String
        if label.allSatisfy(\.isASCII) {
            encoded = ""
            encoded.unicodeScalars.append(contentsOf: label)
        } else {
            guard label.allSatisfy({ $0.isASCII || isLetterLike($0) }),
                let punycode = Punycode.encode(CanonicalComposition.compose(label))
            else { return nil }
            encoded = "xn--" + punycode
        }
        guard !encoded.isEmpty, encoded.utf8.count <= maximumLabelCount,
            encoded.utf8.allSatisfy({ isLabelOctet($0) })
        else { return nil }
        return encoded
    }

    /// Letters, digits, `-`, and `_`, which service names hold although hosts should not (RFC 8553).
    private static func isLabelOctet(_ octet: UInt8) -> Bool {
        octet != Octet.dot && octet != 0x7E && OctetSet.host.contains(octet)
    }

    /// Whether a scalar can be part of a word; white space, controls, symbols and punctuation cannot.
    ///
    /// The middle dot (Catalan), the Hebrew and Katakana marks and the joiners are what IDNA2008 allows besides
    /// (RFC 5892 appendix A).
    private static func isLetterLike(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: true
        default: "\u{B7}\u{375}\u{5F3}\u{5F4}\u{30FB}\u{200C}\u{200D}".unicodeScalars.contains(scalar)
        }
    }

    /// A bracketed IPv6 address in lower case; it is not rewritten, so each spelling is a host of its own.
    private static func canonicalAddress(_ text: String) -> String? {
        var copy = text.lowercased()
        let isValid = copy.withUTF8 { utf8 in
            guard utf8.count > 2, utf8.count <= maximumCount, unsafe utf8[utf8.count - 1] == Octet.closeBracket,
                let bytes = unsafe Octets(UnsafeRawBufferPointer(utf8))
            else { return false }
            return IPv6Literal.isValid(bytes, from: 1, to: bytes.count - 1)
        }
        return isValid ? copy : nil
    }
}
