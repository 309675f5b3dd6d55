internal import Template

/// The functions that look at the machine's network.
enum NetworkFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("sockaddr") { (words: Rest<GoString>) in
            let expression = words.elements.map(\.text).joined(separator: " ")
            do {
                return GoString(try SocketAddressTemplate().text(of: expression))
            } catch let error as TemplateError {
                let what = error.phase == .parsing ? "parse template" : "execute sockaddr input"
                throw FunctionError("unable to \(what) \(GoFormat.quote("{{ \(expression) }}")): \(error)")
            }
        }
    }
}
