internal import Synchronization

/// How long an endpoint lets wait: the latest peak, which fades as time passes.
///
/// A slower answer than expected counts at once, quicker ones little by little. An endpoint that gets no request seems
/// quicker and quicker, until it is tried again: that is how one that was slow comes back.
extension EndpointState {
    /// Nanoseconds in which what is known of an endpoint's slowness fades to one half: one that is ten times as slow as the others
    /// is tried again after some 15 s.
    static let latencyHalfLife: UInt64 = 5_000_000_000

    /// Notes that the first octet of an answer came `latency` nanoseconds after the request had been sent, at `now`.
    ///
    /// Two workers at once may lose one of two notes; the next answer makes up for it.
    public func observe(latency: UInt64, now: UInt64) {
        let known = self.latency.load(ordering: .relaxed)
        let fading = fading(at: now)
        let faded = Double(known) * fading
        let sample = Double(max(1, latency))
        let next = sample >= faded ? sample : faded + sample * (1 - fading)
        self.latency.store(UInt64(max(1, next)), ordering: .relaxed)
        latencyAt.store(now, ordering: .relaxed)
    }

    /// Nanoseconds until an answer that are to be expected at `now`; 0: nothing is known.
    func expectedLatency(at now: UInt64) -> Double {
        Double(latency.load(ordering: .relaxed)) * fading(at: now)
    }

    /// What is left of a half after each half-life, straight lines in between.
    private func fading(at now: UInt64) -> Double {
        let then = latencyAt.load(ordering: .relaxed)
        guard now > then else { return 1 }
        let lives = Double(now - then) / Double(Self.latencyHalfLife)
        guard lives < 60 else { return 0x1p-60 }
        let whole = lives.rounded(.down)
        return Double(sign: .plus, exponent: -Int(whole), significand: 1 - (lives - whole) / 2)
    }
}
