internal import Template

/// The functions that look at the machine's network.
enum NetworkFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("sockaddr") { (words: Rest<GoString>) in
            let expression = words.elements.map(\.text).joined(separator: " ")
            return GoString(try SocketAddressTemplate().text(of: expression))
        }
    }
}
