internal import COpenSSL

/// The calling thread's queue of OpenSSL errors.
enum OpenSSLErrors {
    /// The oldest error in OpenSSL's words; the queue is left empty.
    static func take() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: reason)
    }
}
