extension Certificate {
    /// A certificate of a PEM file and the line on which it begins.
    struct Located {
        var certificate: Certificate
        var line: Int
    }

    /// The certificates among a file's blocks, in their order.
    ///
    /// Blocks of other kinds are passed over, but a file without any certificate is an error that says what it holds.
    static func all(in blocks: [PEMBlock]) throws(CertificateError) -> [Located] {
        var located: [Located] = []
        for block in blocks where ["CERTIFICATE", "X509 CERTIFICATE"].contains(block.label) {
            ErrorQueue.clear()
            guard let certificate = Certificate(der: block.der) else {
                throw CertificateError(
                    .certificate, line: block.line, "this certificate cannot be read: \(ErrorQueue.drain())",
                    "copy the file again, octet by octet")
            }
            located.append(Located(certificate: certificate, line: block.line))
        }
        guard located.isEmpty else { return located }
        throw CertificateError(
            .certificate, "no certificate in it, but \(contents(of: blocks))",
            "PEM that begins with -----BEGIN CERTIFICATE-----")
    }

    /// The kinds of blocks, for errors.
    static func contents(of blocks: [PEMBlock]) -> String {
        blocks.isEmpty ? "no PEM at all" : blocks.map(\.label).joined(separator: ", ")
    }
}
