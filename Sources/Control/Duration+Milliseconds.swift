extension Duration {
    /// Milliseconds with one decimal, for people.
    public var milliseconds: Double {
        let (seconds, attoseconds) = components
        let tenths = Double(seconds) * 10_000 + Double(attoseconds) / 1e14
        return tenths.rounded() / 10
    }
}
