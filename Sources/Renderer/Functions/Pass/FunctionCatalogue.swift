internal import Template

/// All functions that templates can call besides the built-in ones.
enum FunctionCatalogue {
    /// Those that know nothing of a pass: but for the network's, they give the same for the same arguments.
    static let general: FunctionTable = {
        var table = FunctionTable()
        TextFunctions.add(to: &table)
        RegexFunctions.add(to: &table)
        ConversionFunctions.add(to: &table)
        EncodingFunctions.add(to: &table)
        CollectionFunctions.add(to: &table)
        GroupingFunctions.add(to: &table)
        MathFunctions.add(to: &table)
        SprigCatalogue.add(to: &table)
        for name in table.names { table[name]?.isPure = true }
        NetworkFunctions.add(to: &table)
        return table
    }()

    /// The names of all, for reading a template.
    static let names: FunctionTable = {
        var table = general
        table.merge(passFunctions(RenderPass(now: Moment(seconds: 0))))
        return table
    }()

    /// What stands in the place of a function that may not be called.
    static let denied = Function(parameters: [], variadic: .string, result: .string) { _ in
        throw FunctionError("function is disabled")
    }

    /// Those that a template calls, for one pass.
    static func functions(called: [String], denied: Set<String>, in pass: RenderPass) -> FunctionTable {
        let bound = passFunctions(pass)
        var table = FunctionTable()
        for name in called {
            table[name] = denied.contains(name) ? Self.denied : bound[name] ?? general[name]
        }
        return table
    }

    private static func passFunctions(_ pass: RenderPass) -> FunctionTable {
        var table = FunctionTable()
        StoreFunctions.add(to: &table, pass)
        ForeignFunctions.add(to: &table, pass)
        EnvironmentFunctions.add(to: &table, pass)
        EffectFunctions.add(to: &table, pass)
        EdgeFunctions.add(to: &table, pass)
        return table
    }
}
