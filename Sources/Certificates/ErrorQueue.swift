internal import COpenSSL

/// OpenSSL's errors of the calling thread, which every function here leaves empty: what is left there would be taken by
/// `SSL_get_error` for a failure of the connection at hand.
enum ErrorQueue {
    /// Whether nothing is in it.
    static var isEmpty: Bool { ERR_peek_error() == 0 }

    /// Empties the queue.
    static func clear() { ERR_clear_error() }

    /// Empties the queue and gives the reason of its oldest error, the one that the others follow from, in plain words.
    static func drain() -> String {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return "OpenSSL gives no reason" }
        // Safety: the text is OpenSSL's own and constant.
        guard let text = unsafe ERR_reason_error_string(code) else { return "OpenSSL's error \(code)" }
        let reason = unsafe String(cString: text)
        return plain[reason] ?? reason
    }

    /// Reasons that say nothing to those who do not know OpenSSL's inside.
    private static let plain = [
        "unsupported": "it is damaged, or of a kind that is not known",
        "wrong tag": "its structure is damaged",
        "nested asn1 error": "its structure is damaged",
        "header too long": "its structure is damaged",
        "too long": "its structure is damaged or cut off",
        "not enough data": "it is cut off",
        "malloc failure": "no memory",
    ]
}
