internal import Glibc

/// The time by which certificates are judged.
public enum CertificateClock {
    /// Seconds since 1970, by the machine's clock.
    public static var now: Int64 {
        Int64(time(nil))
    }
}
