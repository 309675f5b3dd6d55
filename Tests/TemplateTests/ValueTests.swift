import Template
import Testing

/// Values by themselves: order, types, what is true, and what can be changed.
@Suite struct ValueTests {
    @Test func `a map is ordered by its keys, each of which it has once`() {
        let map = Map(
            [(3, "c"), (-1, "a"), (10, "d"), (3, "new")], type: .map(key: .int, element: .string))
        #expect(map.entries.keys.compactMap { $0.integer?.exact } == [-1, 3, 10])
        #expect(map[3]?.text == "new")
        #expect(map[4] == nil)
        #expect(Map(["b": 1, "a": 2])["b"]?.integer?.exact == 1)
    }

    @Test func `a map from data does not change, one that is made to change does`() {
        let fixed = Map(["a": 1])
        #expect(!fixed.set("b", to: 2))
        #expect(fixed.count == 1)
        let own = Map(["b": 1], isMutable: true)
        #expect(own.set("a", to: 2))
        #expect(own.set("b", to: 3))
        #expect(own.entries.values.compactMap { $0.integer?.exact } == [2, 3])
        #expect(own.set("a", to: nil))
        #expect(own.count == 1)
    }

    @Test func `slicing keeps what was cut off at the end within reach`() {
        let data = Value.list([1, 2, 3, 4])
        #expect(render("{{slice . 1 3}} {{slice (slice . 0 1) 0 3}} {{slice . 1 2 3}}", data) == "[2 3] [1 2 3] [2]")
        #expect(render("{{slice (slice . 0 1 2) 0 3}}", data).hasSuffix("error calling slice: index out of range: 3"))
        #expect(render("{{index (slice . 2) 0}} {{len (slice . 4)}}", data) == "3 0")
    }

    @Test(arguments: [
        (Value.null, false), (0, false), (-1, true), ("", false), ("0", true), (.list([]), false),
        (.float(-0.0), false),
        (.map([String: Value]()), false), (.bytes([0]), true), (.bool(true), true),
    ])
    func `truth is not being zero`(value: Value, expected: Bool) {
        #expect(value.isTrue == expected)
    }

    @Test func `types are assigned by Go's rules`() {
        let tags = GoType.named(RecorderFunctions.serviceTags)
        let text = GoType.named(NamedType("p.Text", underlying: .string))
        #expect(tags.isAssignable(to: .stringSlice))
        #expect(GoType.stringSlice.isAssignable(to: tags))
        #expect(!text.isAssignable(to: .string))
        #expect(!GoType.string.isAssignable(to: text))
        #expect(!GoType.anySlice.isAssignable(to: .stringSlice))
        #expect(GoType.int64.isAssignable(to: .any))
        #expect(!GoType.int64.isAssignable(to: .int))
    }

    @Test func `zero values are those of the types`() {
        #expect(Value.zero(of: .string).text == "")
        #expect(Value.zero(of: .stringSlice).isNil)
        #expect(Value.zero(of: .structure(RecorderFunctions.keyPair)).structureValue?["Flags"].integer?.bits == 0)
        #expect(Value.zero(of: .pointer(RecorderFunctions.keyPair)).isNil)
        #expect(Value.zero(of: .any).type == nil)
    }

    @Test func `integers are cut to their width`() {
        #expect(Integer(bits: 300, kind: .uint8).bits == 44)
        #expect(Integer(bits: 0xFF, kind: .int8).signed == -1)
        #expect(Integer(bits: .max, kind: .uint64).exact == nil)
    }
}
