internal import Discovery

/// The admin API's place and who may use it.
extension ConfigurationFile {
    mutating func readAdmin(_ node: DocumentNode?, _ files: inout NamedFiles, with reader: DocumentReader) {
        guard let node else { return }
        guard node.scalar != "off" else {
            configuration.admin.address = nil
            configuration.admin.isChosen = true
            return
        }
        let members = reader.fields(
            of: node, in: "admin (off, or a mapping)", keys: ["address", "token", "token_file"])
        if let place = members["address"], let text = reader.string(place, "admin.address"),
            let fault = configuration.admin.choose(text)
        {
            reader.report("admin.address is \(fault)", at: place)
        }
        if let place = members["token"], let text = reader.string(place, "admin.token") {
            configuration.admin.token = Array(text.utf8)
            if text.utf8.count < AdminConfiguration.leastToken {
                reader.report(
                    "admin.token has \(text.utf8.count) octets: at least \(AdminConfiguration.leastToken) by chance, "
                        + "better in a file of its own (token_file)", at: place)
            }
        }
        if let file = members["token_file"] {
            if let place = members["token"] { reader.report("admin has token and token_file: one of them", at: place) }
            configuration.admin.token = files.secret(file, "admin.token_file")
        }
    }
}
