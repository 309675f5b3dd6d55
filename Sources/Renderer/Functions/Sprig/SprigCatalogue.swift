internal import Template

/// The functions of the sprig package that give the same each time, under names that begin with `sprig_`.
enum SprigCatalogue {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        var sprig = FunctionTable()
        SprigTexts.add(to: &sprig)
        SprigNumbers.add(to: &sprig)
        SprigLists.add(to: &sprig)
        SprigMaps.add(to: &sprig)
        SprigDefaults.add(to: &sprig)
        SprigEncodings.add(to: &sprig)
        SprigRegex.add(to: &sprig)
        SprigPaths.add(to: &sprig)
        SprigTimes.add(to: &sprig)
        SprigVersions.add(to: &sprig)
        for name in absent {
            sprig[name] = Function(parameters: [], variadic: .any) { _ in
                throw FunctionError("sprig_\(name) is not offered: it makes keys or chance, which a template must not")
            }
        }
        for name in sprig.names { table["sprig_\(name)"] = sprig[name] }
    }

    /// Those that need chance or make keys: known, so that templates can be read, and refused.
    private static let absent = [
        "bcrypt", "htpasswd", "genPrivateKey", "derivePassword", "buildCustomCert", "genCA", "genCAWithKey",
        "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "encryptAES",
        "decryptAES", "randInt", "shuffle", "ago",
    ]
}

extension Value {
    /// The text that sprig takes a value for: a string as it is, all else as it prints.
    var sprigText: [UInt8] {
        switch self {
        case .string(let octets), .bytes(let octets): octets
        default: GoFormat.text(of: self)
        }
    }

    /// The texts of a list's elements that are not nil, or the one of anything else.
    var sprigTexts: [[UInt8]] {
        switch self {
        case .null: []
        case .list(let list):
            list.items.compactMap { item in
                if case .null = item { nil } else { item.sprigText }
            }
        case .bytes(let octets): octets.map { Array(String($0).utf8) }
        default: [sprigText]
        }
    }

    /// Go's word for the kind of the type.
    var kindName: String {
        guard let type else { return "invalid" }
        return switch type.underlying {
        case .slice: "slice"
        case .map: "map"
        case .pointer: "ptr"
        case .structure: "struct"
        case .channel: "chan"
        case .function: "func"
        default: type.underlying.description
        }
    }

    /// What sprig calls empty: zero, nothing, nil; no structure is.
    var isSprigEmpty: Bool {
        switch self {
        case .structure, .pointer, .channel, .function: false
        default: !isTrue
        }
    }
}
