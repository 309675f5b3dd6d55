/// A command's flags by the rules of Go's `flag` package, for the commands that stand in for programs written in Go.
///
/// `-name value`, `-name=value` and the same with two dashes mean the same; a boolean takes a value only as `-name=false`;
/// a flag that is given twice has the last value; the first argument that is no flag, or what follows `--`, ends the
/// flags. Values go where key paths lead: into a copy of the options that the set began with.
///
/// Pure: it reads nothing, prints nothing and ends nothing. ``FlagError`` and ``usageText`` are what Go would print.
public struct FlagSet<Options: Sendable>: Sendable {
    /// Where a flag's value goes.
    public typealias Path<Value> = any WritableKeyPath<Options, Value> & Sendable

    /// The command's name, as usage tells it.
    public let name: String
    /// The options before any flag; usage tells them as defaults.
    public let defaults: Options
    private(set) var flags: [String: Flag<Options>] = [:]

    /// A set without flags.
    public init(name: String, defaults: Options) {
        self.name = name
        self.defaults = defaults
    }

    /// Adds a boolean: `-name`, or `-name=VALUE` with `1 t T TRUE true True 0 f F FALSE false False`.
    public mutating func boolean(
        _ name: String, _ path: Path<Bool>, _ usage: String = ""
    ) {
        let text = defaults[keyPath: path] ? "true" : ""
        add(
            Flag(name: name, usage: usage, kind: .boolean, defaultText: text) { options, value throws(FlagValueError) in
                guard let value = Bool(goText: value) else { throw .syntax }
                options[keyPath: path] = value
            })
    }

    /// Adds a text.
    public mutating func string(
        _ name: String, _ path: Path<String>, _ usage: String = ""
    ) {
        let text = defaults[keyPath: path]
        let quoted = text.isEmpty ? "" : text.goQuoted
        add(
            Flag(name: name, usage: usage, kind: .string, defaultText: quoted) { options, value in
                options[keyPath: path] = value
            })
    }

    /// Adds a list of texts, one more each time that the flag is given.
    public mutating func strings(
        _ name: String, _ path: Path<[String]>, _ usage: String = ""
    ) {
        add(
            Flag(name: name, usage: usage, kind: .value, defaultText: "") { options, value in
                options[keyPath: path].append(value)
            })
    }

    /// Adds a whole number, as Go writes them: `12`, `-3`, `0x1f`, `0b11`, `0o17`, `017`, `1_000`.
    public mutating func integer(
        _ name: String, _ path: Path<Int>, _ usage: String = ""
    ) {
        let value = defaults[keyPath: path]
        let text = value == 0 ? "" : String(value)
        add(
            Flag(name: name, usage: usage, kind: .integer, defaultText: text) { options, value throws(FlagValueError) in
                options[keyPath: path] = try Int(goText: value)
            })
    }

    /// Adds a whole number that is not negative.
    public mutating func unsigned(
        _ name: String, _ path: Path<UInt>, _ usage: String = ""
    ) {
        let value = defaults[keyPath: path]
        let text = value == 0 ? "" : String(value)
        add(
            Flag(name: name, usage: usage, kind: .unsigned, defaultText: text) {
                options, value throws(FlagValueError) in
                options[keyPath: path] = try UInt(goText: value)
            })
    }

    /// Adds a number with a fraction.
    public mutating func number(
        _ name: String, _ path: Path<Double>, _ usage: String = ""
    ) {
        let value = defaults[keyPath: path]
        let text = value == 0 ? "" : value.goText
        add(
            Flag(name: name, usage: usage, kind: .number, defaultText: text) { options, value throws(FlagValueError) in
                options[keyPath: path] = try Double(goText: value)
            })
    }

    /// Adds a duration in Go's syntax, ``Swift/Duration/init(goText:)``.
    public mutating func duration(
        _ name: String, _ path: Path<Duration>, _ usage: String = ""
    ) {
        let value = defaults[keyPath: path]
        let text = value == .zero ? "" : value.goText
        add(
            Flag(name: name, usage: usage, kind: .duration, defaultText: text) {
                options, value throws(FlagValueError) in
                guard let value = try? Duration(goText: value) else { throw .syntax }
                options[keyPath: path] = value
            })
    }

    /// Adds a number of octets, ``ByteSize``.
    public mutating func size(
        _ name: String, _ path: Path<Int64>, _ usage: String = ""
    ) {
        let value = defaults[keyPath: path]
        let text = value == 0 ? "" : ByteSize.text(value)
        add(
            Flag(name: name, usage: usage, kind: .size, defaultText: text) { options, value throws(FlagValueError) in
                options[keyPath: path] = try ByteSize.parse(value)
            })
    }

    /// Adds a flag whose text `set` understands; it is called once each time that the flag is given.
    public mutating func custom(
        _ name: String, _ usage: String = "",
        set: @escaping @Sendable (inout Options, String) throws(FlagValueError) -> Void
    ) {
        add(Flag(name: name, usage: usage, kind: .value, defaultText: "", set: set))
    }

    /// Adds a boolean that `set` takes.
    public mutating func customBoolean(
        _ name: String, _ usage: String = "",
        set: @escaping @Sendable (inout Options, Bool) throws(FlagValueError) -> Void
    ) {
        add(
            Flag(name: name, usage: usage, kind: .boolean, defaultText: "") { options, text throws(FlagValueError) in
                guard let value = Bool(goText: text) else { throw .syntax }
                try set(&options, value)
            })
    }

    /// Lets `other` mean the flag `name` too; usage lists it as a flag of its own, as Go does.
    public mutating func alias(_ other: String, of name: String) {
        guard var flag = flags[name] else {
            preconditionFailure("alias \(other): no flag \(name)")
        }
        flag.name = other
        add(flag)
    }

    private mutating func add(_ flag: Flag<Options>) {
        precondition(
            !flag.name.hasPrefix("-") && !flag.name.contains("="), "flag \(flag.name): a name, without - and =")
        precondition(flags.updateValue(flag, forKey: flag.name) == nil, "flag redefined: \(flag.name)")
    }
}
