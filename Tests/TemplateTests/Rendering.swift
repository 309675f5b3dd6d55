import Template

/// The text that `template` makes of `data`, or the error's.
func render(
    _ template: String, _ data: Value = .null, functions: FunctionTable = RecorderFunctions.table,
    delimiters: Delimiters = .standard, options: TemplateOptions = TemplateOptions()
) -> String {
    var output: [UInt8] = []
    do throws(TemplateError) {
        let template = try Template(
            name: "t", text: template, delimiters: delimiters, functions: functions, options: options)
        try template.execute(data: data, into: &output)
        return String(decoding: output, as: UTF8.self)
    } catch {
        return error.description
    }
}
