internal import Template

/// Sprig's functions on dates and spans of time; the clock is not among them.
enum SprigTimes {
    private static let type = StructType(
        "time.Time",
        fields: [.init("wall", .int64), .init("ext", .int64), .init("loc", .int64)],
        methods: [
            Method("Unix") { (receiver: Receiver) in time(receiver.value).seconds },
            Method("UnixNano") { (receiver: Receiver) in
                time(receiver.value).seconds &* 1_000_000_000 &+ Int64(time(receiver.value).nanoseconds)
            },
            Method("Format") { (receiver: Receiver, layout: GoString) in
                GoString(time(receiver.value).format(layout.octets))
            },
            Method("Year") { (receiver: Receiver) in time(receiver.value).year },
            Method("Day") { (receiver: Receiver) in time(receiver.value).day },
            Method("Hour") { (receiver: Receiver) in time(receiver.value).hour },
            Method("Minute") { (receiver: Receiver) in time(receiver.value).minute },
            Method("Second") { (receiver: Receiver) in time(receiver.value).second },
            Method("YearDay") { (receiver: Receiver) in time(receiver.value).yearDay },
            Method("IsZero") { (receiver: Receiver) in time(receiver.value).seconds == -62_135_596_800 },
            Method("String") { (receiver: Receiver) in GoString(text(of: receiver.value)) },
        ], text: { text(of: $0) })

    private static func time(_ value: Value) -> GoTime {
        let fields = value.structureValue?.fields.map { $0.integer?.signed ?? 0 } ?? [0, 0, 0]
        let offset = Int(fields[2])
        return GoTime(
            seconds: fields[0], nanoseconds: Int(fields[1]), offset: offset, zone: offset == 0 ? "UTC" : "")
    }

    private static func text(of value: Value) -> [UInt8] {
        time(value).format(Array("2006-01-02 15:04:05.999999999 -0700 MST".utf8))
    }

    private static func value(_ time: GoTime) -> Value {
        .structure(
            Structure(type, [.int64(time.seconds), .int64(Int64(time.nanoseconds)), .int64(Int64(time.offset))]))
    }

    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table["toDate"] = Function(parameters: [.string, .string], result: .structure(type)) { arguments in
            let time = GoTime.parse(arguments[1].octets ?? [], layout: arguments[0].octets ?? [])
            return value(time ?? GoTime(seconds: -62_135_596_800, nanoseconds: 0))
        }
        table["mustToDate"] = Function(parameters: [.string, .string], result: .structure(type)) { arguments in
            value(try GoTime.read(arguments[1].octets ?? [], layout: arguments[0].octets ?? []))
        }
        table["unixEpoch"] = Function(parameters: [.structure(type)], result: .string) { arguments in
            .string(String(time(arguments[0]).seconds))
        }
        for name in ["mustDateModify", "must_date_modify"] {
            table[name] = Function(parameters: [.string, .structure(type)], result: .structure(type)) { arguments in
                let text = arguments[0].text ?? ""
                guard let span = GoDuration.parse(text) else {
                    throw FunctionError("time: invalid duration \(GoFormat.quote(text))")
                }
                let old = time(arguments[1])
                let nanoseconds = Int64(old.nanoseconds) + span % 1_000_000_000
                let carry = nanoseconds < 0 ? -1 : nanoseconds / 1_000_000_000
                return value(
                    GoTime(
                        seconds: old.seconds &+ span / 1_000_000_000 &+ carry,
                        nanoseconds: Int(nanoseconds - carry * 1_000_000_000), offset: old.offset, zone: old.zone))
            }
        }
        table.register("duration") { (value: Value) -> String in
            let seconds: Int64 =
                switch value {
                case .string(let octets): (try? NumberText.int(GoString(octets), nil)) ?? 0
                case .integer(let integer) where integer.kind == .int64: integer.signed
                default: 0
                }
            return GoDuration.text(of: seconds &* 1_000_000_000)
        }
        table.register("durationRound") { (value: Value) -> String in round(value) }
    }

    private static func round(_ value: Value) -> String {
        var span: Int64 = 0
        switch value.core {
        case .string(let octets): span = GoDuration.parse(octets.text) ?? 0
        case .integer(let integer) where integer.kind == .int64: span = integer.signed
        default: break
        }
        let hour: UInt64 = 3_600_000_000_000
        let units: [(UInt64, String)] = [
            (hour * 24 * 365, "y"), (hour * 24 * 30, "mo"), (hour * 24, "d"), (hour, "h"), (hour / 60, "m"),
            (hour / 3600, "s"),
        ]
        let sign = span < 0 ? "-" : ""
        for (unit, name) in units where span.magnitude > unit { return "\(sign)\(span.magnitude / unit)\(name)" }
        return "0s"
    }
}
