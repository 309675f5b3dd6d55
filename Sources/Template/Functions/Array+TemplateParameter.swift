extension Array: TemplateParameter where Element: TemplateParameter {
    /// A slice.
    public static var goType: GoType { .slice(Element.goType) }

    /// The elements; none of nil.
    public init(operand: Operand) {
        if case .list(let list) = operand.value {
            self = (0..<list.count).map { Element(operand: Operand(list[$0])) }
        } else {
            self = []
        }
    }
}

extension Array: TemplateResult where Element: TemplateResult {
    /// A slice.
    public static var resultType: GoType { .slice(Element.resultType) }

    /// A slice.
    public var result: Value { .list(List(map(\.result), type: Self.resultType)) }
}

extension List: TemplateParameter, TemplateResult {
    /// `[]interface {}`.
    public static var goType: GoType { .anySlice }

    /// A slice, of whatever type.
    public static var resultType: GoType { .operand }

    /// The list; an empty one of anything else.
    public convenience init(operand: Operand) {
        if case .list(let list) = operand.value {
            self.init(list.items, type: list.type)
        } else {
            self.init(nilOf: .anySlice)
        }
    }

    /// The list.
    public var result: Value { .list(self) }
}
