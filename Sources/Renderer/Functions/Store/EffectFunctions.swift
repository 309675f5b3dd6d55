internal import Template

/// The functions that do something outside of the template.
enum EffectFunctions {
    /// Adds them for `pass`.
    static func add(to table: inout FunctionTable, _ pass: RenderPass) {
        table.register("plugin") { (name: String, arguments: Rest<GoString>) -> GoString in
            if name.isEmpty { return GoString("") }
            guard let run = pass.effects.runPlugin else {
                throw FunctionError("exec \(GoFormat.quote(name)): programs may not be run here")
            }
            let texts = arguments.elements.map { Octets.trimSpace($0.octets).text }.filter { !$0.isEmpty }
            return GoString(Octets.trimSpace(try run(name, texts)))
        }
        table.register("writeToFile") {
            (path: String, user: String, group: String, permissions: String, rest: Rest<GoString>) -> String in
            guard let write = pass.effects.writeFile else {
                throw FunctionError("writeToFile: files may not be written here")
            }
            guard let contents = rest.elements.last else { throw FunctionError("writeToFile: nothing to write") }
            let flags = rest.elements.count == 2 ? rest.elements[0].text : ""
            guard let mode = UInt32(permissions, radix: 8) else {
                throw FunctionError(
                    "strconv.ParseUint: parsing \(GoFormat.quote(permissions)): invalid syntax")
            }
            let newline: [UInt8] = flags.contains("newline") ? [0x0A] : []
            try write(
                RenderEffects.FileWrite(
                    path: path, user: user, group: group, permissions: mode, appends: flags.contains("append"),
                    contents: contents.octets + newline))
            return ""
        }
        table.register("spew_sdump") { (values: Rest<Value>) in GoString(Spew.dump(values.elements)) }
        table.register("spew_sprintf") { (format: GoString, values: Rest<Value>) in
            GoString(Spew.format(format.octets, values.elements))
        }
        table.register("spew_dump") { (values: Rest<Value>) -> String in
            pass.effects.printDebug?(Spew.dump(values.elements))
            return ""
        }
        table.register("spew_printf") { (format: GoString, values: Rest<Value>) -> String in
            pass.effects.printDebug?(Spew.format(format.octets, values.elements))
            return ""
        }
    }
}
