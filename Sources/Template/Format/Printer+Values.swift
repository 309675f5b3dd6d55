extension Printer {
    /// Prints an operand.
    mutating func printArgument(_ value: Value, verb: UInt32) {
        if case .null = value {
            if verb == Verb.bigT || verb == Verb.v { pad(Array("<nil>".utf8)) } else { badVerb(verb, value) }
            return
        }
        if verb == Verb.bigT { return formatString(Array(value.typeName.utf8)) }
        if verb == Verb.p { return formatPointer(value, verb: verb) }
        printValue(value, verb: verb, depth: 0)
    }

    /// Prints a value at some depth of others.
    mutating func printValue(_ value: Value, verb: UInt32, depth: Int) {
        guard hasRoom() else { return }
        switch value {
        case .null: write(flags.sharpValue ? "interface {}(nil)" : "<nil>")
        case .bool, .integer, .float, .float32, .complex, .string: printBasic(value, verb: verb, of: value)
        case .bytes(let octets):
            printBytes(octets, verb: verb, typeName: depth == 0 ? "[]byte" : "[]uint8", value, depth: depth)
        case .named(let named): printNamed(named, verb: verb, value)
        case .list, .map, .structure, .pointer:
            guard depth < Self.depthMax else {
                isOverLimit = true
                return
            }
            printCompound(value, verb: verb, depth: depth)
        case .nilPointer, .channel, .function: formatPointer(value, verb: verb)
        }
    }

    private mutating func printNamed(_ named: Named, verb: UInt32, _ value: Value) {
        if printOwnText(value, named.type.text, verb: verb) { return }
        switch named.value {
        case .bool, .integer, .float, .float32, .complex, .string: printBasic(named.value, verb: verb, of: value)
        case let other: printValue(other, verb: verb, depth: 1)
        }
    }

    /// Prints a value of a basic kind; `value` is what a verb that does not go with it is told of.
    private mutating func printBasic(_ basic: Value, verb: UInt32, of value: Value) {
        switch basic {
        case .bool(let bool):
            guard verb == Verb.t || verb == Verb.v else { return badVerb(verb, value) }
            pad(Array((bool ? "true" : "false").utf8))
        case .integer(let integer): printInteger(integer.bits, integer.kind.isSigned, verb: verb, value)
        case .float(let float): printFloat(float, isSingle: false, verb: verb, value)
        case .float32(let float): printFloat(Double(float), isSingle: true, verb: verb, value)
        case .complex(let complex): printComplex(complex, verb: verb, value)
        case .string(let octets): printString(octets, verb: verb, value)
        default: break
        }
    }

    /// Prints the text that the type's own method gives, when the verb wants text.
    private mutating func printOwnText(
        _ value: Value, _ text: (@Sendable (Value) -> [UInt8])?, verb: UInt32
    ) -> Bool {
        guard !isShowingError else { return false }
        if verb == Verb.w {
            badVerb(verb, value)
            return true
        }
        guard let text, !flags.sharpValue, [Verb.v, Verb.s, Verb.x, Verb.bigX, Verb.q].contains(verb) else {
            return false
        }
        printString(text(value), verb: verb, value)
        return true
    }

    private mutating func printCompound(_ value: Value, verb: UInt32, depth: Int) {
        switch value {
        case .list(let list):
            if printOwnText(value, list.type.text, verb: verb) { return }
            printList(list, verb: verb, value, depth: depth)
        case .map(let map):
            if printOwnText(value, map.type.text, verb: verb) { return }
            printMap(map, verb: verb, depth: depth)
        case .structure(let structure):
            if printOwnText(value, structure.type.text, verb: verb) { return }
            printStructure(structure, verb: verb, depth: depth)
        case .pointer(let structure):
            if verb == Verb.w && !isShowingError { return badVerb(verb, value) }
            if printOwnText(.structure(structure), structure.type.text, verb: verb) { return }
            guard depth == 0 else { return formatPointer(value, verb: verb) }
            buffer.append(0x26)
            printValue(.structure(structure), verb: verb, depth: depth + 1)
        default: break
        }
    }

    private mutating func printList(_ list: List, verb: UInt32, _ value: Value, depth: Int) {
        if [Verb.s, Verb.q, Verb.x, Verb.bigX].contains(verb), list.element == .integer(.uint8) {
            let octets = (0..<list.count).map { index -> UInt8 in
                if case .integer(let integer) = list[index] { UInt8(truncatingIfNeeded: integer.bits) } else { 0 }
            }
            return printBytes(octets, verb: verb, typeName: list.type.description, value, depth: depth)
        }
        if flags.sharpValue {
            write(list.type.description)
            if list.isNil { return write("(nil)") }
        }
        buffer.append(flags.sharpValue ? 0x7B : 0x5B)
        for index in 0..<list.count {
            if index > 0 { writeSeparator() }
            printValue(list[index], verb: verb, depth: depth + 1)
            if isOverLimit { return }
        }
        buffer.append(flags.sharpValue ? 0x7D : 0x5D)
    }

    private mutating func printMap(_ map: Map, verb: UInt32, depth: Int) {
        if flags.sharpValue {
            write(map.type.description)
            if map.isNil { return write("(nil)") }
            buffer.append(0x7B)
        } else {
            write("map[")
        }
        let entries = map.entries
        for index in 0..<entries.count {
            if index > 0 { writeSeparator() }
            printValue(entries.keys[index], verb: verb, depth: depth + 1)
            buffer.append(0x3A)
            printValue(entries.values[index], verb: verb, depth: depth + 1)
            if isOverLimit { return }
        }
        buffer.append(flags.sharpValue ? 0x7D : 0x5D)
    }

    private mutating func printStructure(_ structure: Structure, verb: UInt32, depth: Int) {
        if flags.sharpValue { write(structure.type.name) }
        buffer.append(0x7B)
        for (index, field) in structure.type.fields.enumerated() {
            if index > 0 { writeSeparator() }
            if flags.plusValue || flags.sharpValue {
                buffer += field.octets
                buffer.append(0x3A)
            }
            printValue(structure.fields[index], verb: verb, depth: depth + 1)
            if isOverLimit { return }
        }
        buffer.append(0x7D)
    }

    private mutating func writeSeparator() {
        if flags.sharpValue { buffer.append(0x2C) }
        buffer.append(0x20)
    }
}

extension GoType {
    /// The method that gives values' text, when the type has a name and one.
    var text: (@Sendable (Value) -> [UInt8])? {
        if case .named(let type) = self { type.text } else { nil }
    }
}
