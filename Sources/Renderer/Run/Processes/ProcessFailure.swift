/// Why a program did not do what it was to do: which, and what it said.
struct ProcessFailure: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
