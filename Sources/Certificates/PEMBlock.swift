/// One block of a PEM file (RFC 7468): what lies between a BEGIN line and its END line.
///
/// Text around blocks is passed over, and so are blanks at both ends of a line and a byte order mark.
struct PEMBlock: Equatable {
    /// `CERTIFICATE`, `PRIVATE KEY`, ...
    var label: String
    /// The line of BEGIN, from 1.
    var line: Int
    /// The octets that its Base64 stands for.
    var der: [UInt8]
    /// Whether its fields say that it is encrypted (RFC 1421, as older OpenSSL wrote keys).
    var hasEncryptionField: Bool

    /// Octets of a file that are read: a hundred times what a long chain needs.
    static let maximumCount = 1 << 20

    /// All blocks of `text`; `part` is named in errors.
    static func blocks(in text: [UInt8], part: CertificateError.Part) throws(CertificateError) -> [PEMBlock] {
        guard text.count <= maximumCount else {
            throw CertificateError(
                part, "\(text.count) octets are more than any chain has", "at most \(maximumCount) octets of PEM")
        }
        var blocks: [PEMBlock] = []
        var open: (block: PEMBlock, decoder: Base64Decoder)?
        var line = 0
        for raw in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let content = trimmed(raw)
            if let label = label(of: content, "-----BEGIN ") {
                if let open { throw unfinished(open.block, part) }
                open = (PEMBlock(label: label, line: line, der: [], hasEncryptionField: false), Base64Decoder())
            } else if let label = label(of: content, "-----END ") {
                guard var (block, decoder) = open else {
                    throw CertificateError(
                        part, line: line, "END \(label) without its BEGIN line", "the file lacks its beginning")
                }
                guard block.label == label else { throw unfinished(block, part) }
                guard let der = decoder.finish(), !der.isEmpty else {
                    throw CertificateError(
                        part, line: line, "the Base64 of \(label) ends within an octet, or is empty",
                        "copy the file again, whole")
                }
                block.der = der
                blocks.append(block)
                open = nil
            } else if open != nil {
                if content.contains(UInt8(ascii: ":")) {
                    let field = String(decoding: content, as: UTF8.self)
                    if field.hasPrefix("Proc-Type:"), field.hasSuffix("ENCRYPTED") {
                        open?.block.hasEncryptionField = true
                    }
                } else if open?.decoder.append(content) == false {
                    throw CertificateError(
                        part, line: line, "this is no line of Base64", "copy the file again, octet by octet")
                }
            }
        }
        if let open { throw unfinished(open.block, part) }
        return blocks
    }

    private static func unfinished(_ block: PEMBlock, _ part: CertificateError.Part) -> CertificateError {
        CertificateError(
            part, line: block.line, "BEGIN \(block.label) without its END line",
            "the file was cut off, or pasted without its last line")
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0D }
        line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line = line.dropLast() }
        return line
    }

    private static func label(of line: ArraySlice<UInt8>, _ beginning: String) -> String? {
        guard line.starts(with: beginning.utf8), line.count >= beginning.utf8.count + 5,
            line.suffix(5).elementsEqual("-----".utf8)
        else { return nil }
        return String(decoding: line.dropFirst(beginning.utf8.count).dropLast(5), as: UTF8.self)
    }
}
