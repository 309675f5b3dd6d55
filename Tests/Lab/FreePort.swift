import Synchronization

/// Ports for programs that cannot be told to let the kernel choose.
///
/// They lie below those that Linux gives to outgoing connections (32768 and up, if nobody has set it otherwise): one of these
/// might take a port between its being found free and its being listened at.
public enum FreePort {
    private static let range: Range<UInt16> = 12_000..<32_000
    private static let last = Mutex(UInt16.random(in: range))

    /// A port at 127.0.0.1 that nobody listens at; the same one comes again after twenty thousand others.
    public static func next() throws -> UInt16 {
        for _ in 0..<1_000 {
            let port = self.last.withLock { last in
                last = last + 1 < self.range.upperBound ? last + 1 : self.range.lowerBound
                return last
            }
            if (try? Listener(port: port)) != nil { return port }
        }
        throw LabError("no free port found at 127.0.0.1")
    }
}
