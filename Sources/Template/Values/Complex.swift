/// A number of Go's type complex128.
public struct Complex: Sendable, Hashable {
    /// The real part.
    public let real: Double
    /// The imaginary part.
    public let imaginary: Double

    /// `real` + `imaginary`i.
    public init(real: Double, imaginary: Double) {
        self.real = real
        self.imaginary = imaginary
    }
}
