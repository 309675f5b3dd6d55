/// A function that templates call on a value: `.Name arguments`.
public struct Method: Sendable {
    /// Its name.
    public let name: String
    /// What is called; its receiver comes as a parameter of type `Receiver`, or in the arguments.
    public let function: Function
    /// Whether it is found on a pointer only.
    public let needsPointer: Bool

    /// A method called `name`.
    public init(_ name: String, _ function: Function, needsPointer: Bool = false) {
        self.name = name
        self.function = function
        self.needsPointer = needsPointer
    }

    /// A method called `name` that does what a closure does.
    @inlinable
    public init<each Input: TemplateParameter, Output: TemplateResult>(
        _ name: String, needsPointer: Bool = false,
        _ body: @escaping @Sendable (Receiver, repeat each Input) throws -> Output
    ) {
        self.init(name, Function(body), needsPointer: needsPointer)
    }
}

/// The methods of a type.
public struct MethodTable: Sendable {
    private let methods: [[UInt8]: Method]

    init(_ methods: [Method]) {
        self.methods = Dictionary(methods.map { (Array($0.name.utf8), $0) }) { first, _ in first }
    }

    /// The method called `name`, on a pointer or on a value.
    func method(_ name: [UInt8], onPointer: Bool) -> Method? {
        guard !methods.isEmpty, let method = methods[name] else { return nil }
        return onPointer || !method.needsPointer ? method : nil
    }
}
