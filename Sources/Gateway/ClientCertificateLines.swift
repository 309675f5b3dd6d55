internal import Certificates

/// What an endpoint is told of the certificate that the client has shown (docs/OPERATING.md lists the fields).
enum ClientCertificateLines {
    /// The lines of every request on a connection whose client has shown `certificate`, or none.
    static func text(_ certificate: CertificateFacts?) -> String {
        guard let certificate else { return "X-Client-Cert-Verify: NONE\r\n" }
        return "X-Client-Cert-Verify: SUCCESS\r\n"
            + "X-Client-Cert-Subject: \(value(certificate.subject))\r\n"
            + "X-Client-Cert-Issuer: \(value(certificate.issuer))\r\n"
            + "X-Client-Cert-Serial: \(value(certificate.serial))\r\n"
            + "X-Client-Cert-Fingerprint: \(value(certificate.fingerprint))\r\n"
    }

    /// `text` as a field's value: whatever is no printable ASCII is percent-encoded, for a name is its owner's choice.
    private static func value(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { value, octet in
            if octet >= 0x20, octet < 0x7f, octet != 0x25 {
                value.unicodeScalars.append(Unicode.Scalar(octet))
            } else {
                value += "%\(digits[Int(octet >> 4)])\(digits[Int(octet & 15)])"
            }
        }
    }
}
