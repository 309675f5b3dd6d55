internal import COpenSSL

/// OpenSSL's start, made before its first use.
///
/// It would otherwise tear itself down when the process exits, under the hands of threads that still use it.
public enum OpenSSLStart {
    /// Whether it has started; the first to ask starts it.
    public static let isDone = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1
}
