extension StaticString {
    /// The text's octets, which live as long as the program.
    @inlinable
    public var octets: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
