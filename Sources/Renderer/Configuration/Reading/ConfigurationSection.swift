internal import GoFlags

/// A block that is read: each key as what it should be.
///
/// What is wrong is reported, and reads as if it were not said.
struct ConfigurationSection {
    /// The block with its keys each once; nil if it is not there.
    let node: ConfigurationNode?
    /// Its path, with dots; empty for the outermost.
    let path: String
    let reader: ConfigurationReader

    /// Where the block stands.
    var place: SourcePlace { node?.place ?? SourcePlace(source: "") }

    /// The key's name with its path.
    func title(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Whether any of its keys is said.
    var saysAnything: Bool { node?.fields?.isEmpty == false }

    /// The block under `key`.
    func section(_ key: String) -> ConfigurationSection {
        ConfigurationSection(node: node?[key], path: title(key), reader: reader)
    }

    /// This block over `weaker`: key by key, what is said here counts.
    func over(_ weaker: ConfigurationSection) -> ConfigurationSection {
        guard let strong = node?.fields else { return weaker }
        let names = Set(strong.map(\.name))
        let rest = (weaker.node?.fields ?? []).filter { !names.contains($0.name) }
        let both = ConfigurationNode(.object(strong + rest), at: place)
        return ConfigurationSection(node: both, path: path, reader: reader)
    }

    func report(_ key: String, _ node: ConfigurationNode, _ message: String) {
        reader.report(node.place, "\(title(key)) is \(node): \(message)")
    }

    /// A text, perhaps empty.
    func text(_ key: String) -> String? {
        guard let node = node?[key] else { return nil }
        switch node.content {
        case .text(let text), .number(let text): return text
        default:
            report(key, node, "it is a text in double quotes")
            return nil
        }
    }

    /// A text; an empty one is as good as none.
    func name(_ key: String) -> String? {
        text(key).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A text that messages do not repeat.
    func secret(_ key: String) -> Secret? {
        guard let node = node?[key] else { return nil }
        switch node.content {
        case .text(""): return nil
        case .text(let text), .number(let text): return Secret(text)
        default:
            reader.report(node.place, "\(title(key)) is a text in double quotes")
            return nil
        }
    }

    /// `true` or `false`.
    func flag(_ key: String) -> Bool? {
        guard let node = node?[key] else { return nil }
        if case .boolean(let value) = node.content { return value }
        report(key, node, "it is true or false, without quotes")
        return nil
    }

    /// A whole number within `range`.
    func integer(_ key: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) -> Int? {
        guard let node = node?[key] else { return nil }
        if case .number(let text) = node.content, let number = try? Int(goText: text), range.contains(number) {
            return number
        }
        report(key, node, "it is a whole number from \(range.lowerBound) to \(range.upperBound), without quotes")
        return nil
    }

    /// A number of octets: whole, or a text with a unit.
    func size(_ key: String) -> Int? {
        guard let node = node?[key] else { return nil }
        if case .number(let text) = node.content, let number = try? Int(goText: text), number >= 0 { return number }
        if case .text(let text) = node.content, let size = try? ByteSize.parse(text) { return Int(size) }
        report(key, node, "it is a number of octets, or a size such as \"10m\"")
        return nil
    }

    /// A number within `range`.
    func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = node?[key] else { return nil }
        if case .number(let text) = node.content, let number = Double(text), range.contains(number) { return number }
        report(key, node, "it is a number from \(range.lowerBound) to \(range.upperBound), without quotes")
        return nil
    }

    /// A share from 0% to 100%, as one from 0 to 1.
    func share(_ key: String) -> Double? {
        guard let node = node?[key] else { return nil }
        if case .text(let text) = node.content, text.hasSuffix("%"), let number = Double(text.dropLast()),
            (0...100).contains(number)
        {
            return number / 100
        }
        report(key, node, "it is a share from \"0%\" to \"100%\"")
        return nil
    }

    /// A duration that is not negative; zero needs no unit.
    func duration(_ key: String) -> Duration? {
        guard let node = node?[key] else { return nil }
        switch node.content {
        case .number(let text) where Double(text) == 0: return .zero
        case .text(let text):
            do throws(GoDurationError) {
                let duration = try Duration(goText: text)
                if duration >= .zero { return duration }
                report(key, node, "a duration is not negative")
            } catch {
                report(key, node, "it is a duration such as \"500ms\", \"5s\", \"1m30s\" or \"1h\"")
            }
        default: report(key, node, "it is a duration with its unit, in double quotes: \"5s\", \"1m30s\"")
        }
        return nil
    }

    /// A signal, or none for `""` and `SIGNULL`; `standard` if nothing is said.
    ///
    /// - Parameter isCaught: whether it is for this process, which cannot catch every one.
    func signal(_ key: String, standard: ProcessSignal?, isCaught: Bool = false) -> ProcessSignal? {
        guard let node = node?[key] else { return standard }
        guard case .text(let text) = node.content else {
            report(key, node, "it is a signal's name in double quotes, such as \"SIGHUP\"")
            return standard
        }
        if ProcessSignal.isNone(text) { return nil }
        guard let signal = ProcessSignal(text) else {
            reader.report(node.place, "\(title(key)): \(ProcessSignal.refusal(of: text))")
            return standard
        }
        guard signal.isCatchable || !isCaught else {
            report(key, node, "no process can catch it")
            return standard
        }
        return signal
    }

    /// Permissions: `0600`, `"0600"`, `"600"`, or the decimal number that JSON has for it; nil for 0, which keeps them.
    func permissions(_ key: String) -> UInt32? {
        guard let node = node?[key] else { return nil }
        var mode: UInt32?
        var limit: UInt32 = 0o7777
        switch node.content {
        case .text(let text): mode = UInt32(text.hasPrefix("0o") ? text.dropFirst(2) : text[...], radix: 8)
        case .number(let text):
            mode = try? UInt32(goText: text)
            // A decimal number past 0777 was meant as octal: 600 would be 01130.
            if !text.hasPrefix("0") { limit = 0o777 }
        default: break
        }
        if let mode, mode <= limit { return mode == 0 ? nil : mode }
        report(key, node, "permissions are octal, with a 0 before them, such as 0644 or \"0644\"")
        return nil
    }

    /// A list of texts; empty ones are left out.
    func texts(_ key: String) -> [(text: String, place: SourcePlace)] {
        guard let node = node?[key] else { return [] }
        guard case .list(let items) = node.content else {
            report(key, node, "it is a list of texts: [\"one\", \"two\"]")
            return []
        }
        return items.compactMap { item in
            switch item.content {
            case .text(""), .null: return nil
            case .text(let text), .number(let text): return (text, item.place)
            default:
                report(key, item, "each of its items is a text in double quotes")
                return nil
            }
        }
    }

    /// Patterns of names.
    func patterns(_ key: String) -> [GlobPattern] {
        texts(key).compactMap { text, place in
            if let pattern = GlobPattern(text) { return pattern }
            reader.report(place, "\(title(key)): \"\(text)\" is no pattern: a [ in it is not closed, or a \\ ends it")
            return nil
        }
    }

    /// A command: a text, or a list of words.
    func command(_ key: String) -> RenderCommand? {
        guard let node = node?[key] else { return nil }
        switch node.content {
        case .text(let text): return RenderCommand([text])
        case .list(let items):
            let words = items.compactMap { item -> String? in
                switch item.content {
                case .text(let text), .number(let text): return text
                default: return nil
                }
            }
            if words.count == items.count { return RenderCommand(words) }
        default: break
        }
        report(key, node, "a command is a text, or a list of words: [\"nginx\", \"-s\", \"reload\"]")
        return nil
    }

    /// One of the names of an enumeration.
    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, of type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let node = node?[key] else { return nil }
        if case .text(let text) = node.content, let value = Value(rawValue: text) { return value }
        let known = Value.allCases.map { "\"\($0.rawValue)\"" }
        report(key, node, "it is one of \(known.joined(separator: ", "))")
        return nil
    }
}
