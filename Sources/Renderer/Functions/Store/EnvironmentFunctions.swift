internal import Template

/// The functions that look around: variables of the environment, the clock, other templates.
enum EnvironmentFunctions {
    /// Adds them for `pass`.
    static func add(to table: inout FunctionTable, _ pass: RenderPass) {
        table.register("env") { (name: String) in pass.environment[name] ?? "" }
        table.register("envOrDefault") { (name: String, other: GoString) -> GoString in
            pass.environment[name].map { GoString($0) } ?? other
        }
        table.register("mustEnv") { (name: String) -> String in
            guard let value = pass.environment[name], !value.isEmpty else {
                throw FunctionError("required environment variable \(name) is empty")
            }
            return value
        }
        table.register("timestamp") { (layouts: Rest<GoString>) -> GoString in
            let layouts = layouts.elements
            guard layouts.count < 2 else {
                throw FunctionError(
                    "timestamp: wrong number of arguments, expected 0 or 1, but got \(layouts.count)")
            }
            let layout = layouts.first ?? GoString("2006-01-02T15:04:05Z07:00")
            if layout.text == "unix" { return GoString(String(pass.now.seconds)) }
            return GoString(GoTime(pass.now).format(layout.octets))
        }
        table["executeTemplate"] = Function(
            parameters: [.string], variadic: .any, result: .string
        ) { arguments in
            guard arguments.count < 3 else {
                throw FunctionError(
                    "executeTemplate: wrong number of arguments, expected 1 or 2, but got \(arguments.count)")
            }
            return .string(try arguments.execution.execute(arguments[0].text ?? "", data: arguments[1]))
        }
        let scratch = pass.scratch
        table["scratch"] = Function(parameters: [], result: .pointer(scratch.type)) { _ in scratch.pointer }
    }
}
