internal import DockerEngine
internal import FoundationEssentials

/// Which signals end a container, and how long it may take to.
struct StopSignal: Sendable, Equatable {
    /// The signal that asks it to end.
    var number = 15
    /// How long it is given before it is killed; nil for the engine's own 10 s.
    var timeout: Duration?

    private static let kill = 9
    private static let terminate = 15
    /// Linux's numbers.
    private static let names = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
        "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CONT": 18, "STOP": 19,
        "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "WINCH": 28,
        "IO": 29, "PWR": 30, "SYS": 31, "RTMIN": 34, "RTMAX": 64,
    ]

    /// What `container` was made with.
    init(of container: ContainerDetails?) {
        guard let document = container?.document, !document.isEmpty,
            let wire = try? JSONDecoder().decode(Wire.self, from: Data(document)), let settings = wire.settings
        else { return }
        if let name = settings.signal, let number = Self.number(of: name) { self.number = number }
        timeout = settings.timeout.map { .seconds(min(max($0, 0), 86_400)) }
    }

    /// Whether the signal called `name` is sent to end it.
    func ends(_ name: String) -> Bool {
        guard let signal = Self.number(of: name) else { return false }
        return [number, Self.kill, Self.terminate].contains(signal)
    }

    /// `15`, `TERM`, `SIGTERM`, `SIGRTMIN+3`.
    static func number(of name: String) -> Int? {
        if let number = Int(name) { return number }
        var name = name.uppercased()
        if name.hasPrefix("SIG") { name.removeFirst(3) }
        guard let sign = name.firstIndex(where: { $0 == "+" || $0 == "-" }) else { return names[name] }
        guard let base = names[String(name[..<sign])], let offset = Int(name[sign...]), abs(offset) <= 30 else {
            return nil
        }
        return base + offset
    }

    private struct Wire: Decodable {
        var settings: Settings?

        enum CodingKeys: String, CodingKey {
            case settings = "Config"
        }
    }

    private struct Settings: Decodable {
        var signal: String?
        var timeout: Int?

        enum CodingKeys: String, CodingKey {
            case signal = "StopSignal"
            case timeout = "StopTimeout"
        }
    }
}
