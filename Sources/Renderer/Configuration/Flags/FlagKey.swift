internal import GoFlags

/// A flag that says one key of the configuration.
struct FlagKey: Sendable {
    /// What the flag's text is.
    enum Kind: Sendable {
        case text, boolean, integer, duration, signal, size, logLevel, conduct
        /// One more of a list.
        case item

        /// The value as a file would have it.
        func content(_ text: String, at place: SourcePlace) throws(FlagValueError) -> ConfigurationNode.Content {
            switch self {
            case .text: return .text(text)
            case .item: return .list([ConfigurationNode(.text(text), at: place)])
            case .boolean: return .boolean(text == "true")
            case .integer: return .number(String(try Int(goText: text)))
            case .size: return .number(String(try ByteSize.parse(text)))
            case .duration:
                guard let duration = try? Duration(goText: text) else { throw .syntax }
                if duration < .zero { throw FlagValueError("a duration is not negative") }
                return .text(text)
            case .signal:
                guard ProcessSignal.isNone(text) || ProcessSignal(text) != nil else {
                    throw FlagValueError(ProcessSignal.refusal(of: text))
                }
                return .text(text)
            case .logLevel:
                guard LogLevel(text) != nil else {
                    throw FlagValueError("it is one of \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return .text(text)
            case .conduct:
                guard ErrorConduct(rawValue: text) != nil else { throw FlagValueError("it is keep or stop") }
                return .text(text)
            }
        }
    }

    /// The flag's name.
    var flag: String
    /// The key's path, with dots.
    var key: String
    var kind: Kind
    var usage: String

    init(_ flag: String, _ key: String, _ kind: Kind, _ usage: String) {
        self.flag = flag
        self.key = key
        self.kind = kind
        self.usage = usage
    }
}
