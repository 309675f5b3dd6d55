public import GoFlags

/// How long changes are gathered before a template is rendered.
public struct WaitWindow: Sendable, Hashable {
    /// How long it must have been quiet.
    public var minimum: Duration
    /// How long it is waited for quiet, at the most.
    public var maximum: Duration

    /// A window; without a maximum, four times the minimum.
    public init(minimum: Duration, maximum: Duration? = nil) {
        self.minimum = minimum
        self.maximum = maximum ?? minimum * 4
    }

    /// From `min` or `min:max`, as consul-template reads them.
    public init(_ text: String) throws(FlagValueError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard !text.trimmed.isEmpty else { throw FlagValueError("wait: cannot be empty") }
        guard parts.count <= 2 else { throw FlagValueError("wait: invalid format") }
        var durations: [Duration] = []
        for part in parts {
            do throws(GoDurationError) {
                durations.append(try Duration(goText: part.trimmed))
            } catch {
                throw FlagValueError(error.description)
            }
        }
        if durations.contains(where: { $0 < .zero }) { throw FlagValueError("wait: cannot be negative") }
        self.init(minimum: durations[0], maximum: durations.count == 2 ? durations[1] : nil)
        if maximum < minimum { throw FlagValueError("wait: min must be less than max") }
    }
}
