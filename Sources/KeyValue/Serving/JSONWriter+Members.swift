/// Members of an object, in one line each.
extension JSONWriter {
    /// A string.
    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    /// A string, `null` where there is none.
    package mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    /// A whole number.
    package mutating func member(_ name: String, _ value: some BinaryInteger) {
        self.name(name)
        number(value)
    }

    /// A number; `null` where it is none of JSON's.
    package mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        number(value)
    }

    /// `true` or `false`.
    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    /// Strings.
    package mutating func member(_ name: String, _ values: [String]) {
        self.name(name)
        array { writer in
            for value in values { writer.string(value) }
        }
    }

    /// A whole number, `null` where there is none.
    package mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        self.name(name)
        if let value { number(value) } else { null() }
    }

    /// A list of objects, one for each element.
    package mutating func objects<Element>(
        _ name: String, of elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.name(name)
        array { writer in
            for element in elements { writer.object { body(&$0, element) } }
        }
    }
}
