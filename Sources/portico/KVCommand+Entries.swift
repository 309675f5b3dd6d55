import KeyValue

extension KVCommand {
    /// A value on a line: as it is if that can be read back by eye, else as a JSON string, or as base64.
    static func shown(_ value: [UInt8]) -> String {
        guard let text = String(validating: value, as: UTF8.self) else { return "base64:\(Base64.encode(value))" }
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain ? text : JSONText.quoted(text)
    }

    /// An entry as a JSON object; a value that is no text is null there and stands in `value_base64`.
    static func json(_ entry: KeyValueEntry, event: String? = nil) -> String {
        var members: [String] = []
        if let event { members.append("\"event\":\(JSONText.quoted(event))") }
        members.append("\"key\":\(JSONText.quoted(entry.key))")
        if let text = String(validating: entry.value, as: UTF8.self) {
            members.append("\"value\":\(JSONText.quoted(text))")
        } else {
            members.append("\"value\":null,\"value_base64\":\"\(Base64.encode(entry.value))\"")
        }
        members.append("\"flags\":\(entry.flags)")
        members.append("\"create_index\":\(entry.createIndex)")
        members.append("\"modify_index\":\(entry.modifyIndex)")
        members.append("\"lock_index\":\(entry.lockIndex)")
        if let session = entry.session { members.append("\"session\":\(JSONText.quoted(session))") }
        return "{\(members.joined(separator: ","))}"
    }
}
