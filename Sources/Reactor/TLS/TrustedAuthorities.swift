internal import COpenSSL

/// PEM certificates as a list of authorities.
enum TrustedAuthorities {
    /// Adds the certificates of `pem` to `store` and returns their names, a STACK_OF(X509_NAME) that the caller owns; nil
    /// if there is none or one cannot be read.
    static func add(_ pem: [UInt8], to store: OpaquePointer?) -> OpaquePointer? {
        guard let bio = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return nil }
        defer { unsafe BIO_free(bio) }
        guard let names = unsafe portico_name_list_new() else { return nil }
        var count = 0
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            defer { unsafe X509_free(certificate) }
            guard unsafe X509_STORE_add_cert(store, certificate) == 1,
                unsafe portico_name_list_add(names, certificate) == 1
            else {
                unsafe portico_name_list_free(names)
                return nil
            }
            count += 1
        }
        // The end of the text is told as an error.
        let isEnd = portico_err_reason(ERR_peek_last_error()) == UInt(PEM_R_NO_START_LINE)
        guard count > 0, isEnd else {
            unsafe portico_name_list_free(names)
            return nil
        }
        ERR_clear_error()
        return unsafe names
    }
}
