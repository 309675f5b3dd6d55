/// What an engine holds besides containers: the rows of its own lists.
struct EngineHoldings: Sendable, Equatable {
    /// The engine's ID, name and address.
    var id: String
    var name: String
    var address: String
    /// Rows of `/images/json`, `/networks` and of `/volumes`.
    var images: [JSONValue] = []
    var networks: [JSONValue] = []
    var volumes: [JSONValue] = []

    /// Whether `text` means this engine.
    func isMeant(by text: String) -> Bool { text == id || text == name }
}

extension JSONValue {
    /// Texts of a member that is an object of texts.
    func texts(of name: String) -> [String: String] {
        var texts: [String: String] = [:]
        for member in self[name].object?.members ?? [] { texts[member.name] = member.value.text ?? "" }
        return texts
    }
}
