import Template

/// The functions and types that the recorder of the cases registered beside Go's own.
enum RecorderFunctions {
    static let keyPair = StructType(
        "dependency.KeyPair",
        fields: [
            .init("Path", .string), .init("Key", .string), .init("Value", .string), .init("CreateIndex", .uint64),
            .init("ModifyIndex", .uint64), .init("LockIndex", .uint64), .init("Flags", .uint64),
            .init("Session", .string),
        ])

    static let serviceTags = NamedType(
        "dependency.ServiceTags", underlying: .stringSlice,
        methods: [
            Method("First") { (receiver: Receiver) -> String in
                guard case .list(let list) = receiver.value, list.count > 0 else {
                    throw FunctionError("runtime error: index out of range [0] with length 0")
                }
                return list[0].text ?? ""
            }
        ])

    static let healthService = StructType(
        "dependency.HealthService",
        fields: [
            .init("Node", .string), .init("Address", .string), .init("ID", .string), .init("Name", .string),
            .init("Tags", .named(serviceTags)), .init("ServiceMeta", .map(key: .string, element: .string)),
            .init("Status", .string), .init("Port", .int),
        ],
        methods: [
            Method("Hello", needsPointer: true) { (receiver: Receiver) -> String in
                "hello " + (receiver.value.structureValue?["Name"].text ?? "")
            },
            Method("AddPort", needsPointer: true) { (receiver: Receiver, number: Int) -> Int in
                (receiver.value.structureValue?["Port"].integer?.exact ?? 0) &+ number
            },
            Method("Bad", needsPointer: true) { (_: Receiver) -> String in throw FunctionError("bad method") },
        ])

    static func pair(_ key: GoString, _ value: GoString) -> Value {
        .pointer(
            Structure(
                keyPair,
                [
                    .string(Array("p/".utf8) + key.octets), key.result, value.result, .uint64(0), .uint64(0),
                    .uint64(0), .uint64(7),
                ]))
    }

    static func service(
        _ node: String, _ address: String, _ id: String, _ name: String, tags: [String]?, meta: [String: String]? = nil,
        status: String, port: Int
    ) -> Value {
        let tagsType = GoType.named(serviceTags)
        let metaType = GoType.map(key: .string, element: .string)
        return .pointer(
            Structure(
                healthService,
                [
                    .string(node), .string(address), .string(id), .string(name),
                    .list(tags.map { List($0.map { .string($0) }, type: tagsType) } ?? List(nilOf: tagsType)),
                    meta.map { .strings($0) } ?? .map(Map(nilOf: metaType)), .string(status), .int(port),
                ]))
    }

    static let table: FunctionTable = {
        var table = FunctionTable()
        addTexts(to: &table)
        addNumbers(to: &table)
        addValues(to: &table)
        addStructures(to: &table)
        return table
    }()

    private static func addTexts(to table: inout FunctionTable) {
        @Sendable func join(_ texts: [GoString], _ separator: String) -> GoString {
            GoString(Array(texts.map(\.octets).joined(separator: separator.utf8)))
        }
        @Sendable func show(_ value: Value) -> [UInt8] { GoFormat.format(Array("%v".utf8), [value]) }
        table.register("s1") { (a: GoString) in join([GoString("<"), a, GoString(">")], "") }
        table.register("s2") { (a: GoString, b: GoString) in join([a, b], "/") }
        table.register("s3") { (a: GoString, b: GoString, c: GoString) in join([a, b, c], "/") }
        table.register("sv") { (texts: Rest<GoString>) in join(texts.elements, "+") }
        table.register("iv") { (n: Int, texts: Rest<GoString>) in
            join([GoString("\(n):"), join(texts.elements, "+")], "")
        }
        table.register("any1") { (x: Value) in GoString(Array("\(x.typeName):".utf8) + show(x)) }
        table.register("av") { (all: Rest<Value>) in
            GoString(Array("\(all.elements.count):".utf8) + show(.list(all.elements)))
        }
        table.register("echo") { (x: Value) in x }
        table.register("boom") { (message: String) -> String in
            if message.isEmpty { return "fine" }
            throw FunctionError("\(message): helper failed")
        }
        table.register("die") { () -> String in throw FunctionError("helper panic") }
    }

    private static func addNumbers(to table: inout FunctionTable) {
        table.register("i1") { (n: Int) in n &+ 1 }
        table.register("i64") { (n: Int64) in n &* 2 }
        table.register("u1") { (n: UInt) in n &+ 1 }
        table.register("f1") { (x: Double) in x / 2 }
        table.register("b1") { (x: Bool) in !x }
        table.register("ls1") { (list: [String]) in list.count }
        table.register(
            "ms1",
            Function(parameters: [.stringMap], result: .int) { arguments in
                if case .map(let map) = arguments[0] { .int(map.count) } else { 0 }
            })
        table.register(
            "count",
            Function(parameters: [.int], result: .channel(.int64)) { arguments in
                .channel(Channel(from: 0, below: arguments[0].integer?.signed ?? 0))
            })
    }

    private static func constant(_ value: Value) -> Function {
        Function(parameters: [], result: value.type ?? .any) { _ in value }
    }

    private static func addValues(to table: inout FunctionTable) {
        func map(_ key: GoType, _ element: GoType, _ entries: [(key: Value, value: Value)]) -> Value {
            .map(Map(entries, type: .map(key: key, element: element)))
        }
        table["nums"] = constant(.list(List([10, 20, 30], type: .slice(.int))))
        table["strs"] = constant(.strings(["a", "b", "c"]))
        table["anys"] = constant(.list([1, "two", 3.5, .null, true]))
        table["mss"] = constant(.strings(["k": "v", "j": "w"]))
        table["msi"] = constant(map(.string, .int, [("one", 1), ("two", 2)]))
        table["mis"] = constant(map(.int, .string, [(80, "http"), (443, "https"), (-1, "neg")]))
        table["mfs"] = constant(map(.float64, .string, [(2.5, "b"), (-1.0, "a"), (10.0, "c")]))
        table["mbs"] = constant(map(.bool, .string, [(true, "t"), (false, "f")]))
        table["nilany"] = constant(.null)
        table["nilslice"] = constant(.list(List(nilOf: .stringSlice)))
        table["nilmap"] = constant(.map(Map(nilOf: .map(key: .string, element: .string))))
        table["nilptr"] = constant(.nilPointer(keyPair))
        table["bytes3"] = constant(.bytes(Array("abc".utf8)))
        table["i64v"] = constant(.int64(64))
        table["u64v"] = constant(.uint64(64))
        table["f32v"] = constant(.float32(0.1))
        table["runev"] = constant(.integer(Integer(bits: 0x78, kind: .int32)))
    }

    private static func addStructures(to table: inout FunctionTable) {
        table.register(
            "pair",
            Function(parameters: [.string, .string], result: .pointer(keyPair)) { arguments in
                pair(GoString(arguments[0].octets ?? []), GoString(arguments[1].octets ?? []))
            })
        table["pairs"] = constant(
            .list(
                List(
                    [pair(GoString("a"), GoString("1")), pair(GoString("b"), GoString("2"))],
                    type: .slice(.pointer(keyPair)))))
        table["vstruct"] = constant(.structure(Structure(keyPair, ["", "x", "y"])))
        table.register(
            "svc",
            Function(parameters: [], result: .pointer(healthService)) { _ in
                service(
                    "n1", "10.0.0.1", "web-1", "web", tags: ["blue", "prod"], meta: ["v": "2"], status: "passing",
                    port: 8080)
            })
        table["svcs"] = constant(
            .list(
                List(
                    [
                        service("n1", "10.0.0.1", "web-1", "web", tags: ["prod"], status: "passing", port: 8080),
                        service("n2", "10.0.0.2", "web-2", "web", tags: [], status: "passing", port: 8081),
                        service("n3", "10.0.0.3", "web-3", "web", tags: nil, status: "warning", port: 8082),
                    ], type: .slice(.pointer(healthService)))))
    }
}
