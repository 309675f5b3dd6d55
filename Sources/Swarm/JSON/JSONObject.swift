/// The members of a JSON object, in their order.
///
/// Of several with one name the last counts, in the first one's place.
struct JSONObject: Sendable, Hashable {
    /// Names and values, each name once.
    private(set) var members: [(name: String, value: JSONValue)] = []
    /// Where a name is; only kept where there are many.
    private var places: [String: Int] = [:]

    /// Up to this many members are looked through one by one.
    private static let linearLimit = 16

    /// An object without members.
    init() {}

    /// Of these members.
    init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// A member's value; to set nil takes the member away.
    subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            guard let newValue else {
                remove(name)
                return
            }
            if let place = place(of: name) {
                members[place].value = newValue
            } else {
                members.append((name, newValue))
                if !places.isEmpty || members.count > Self.linearLimit { note() }
            }
        }
    }

    private func place(of name: String) -> Int? {
        places.isEmpty ? members.firstIndex { $0.name == name } : places[name]
    }

    private mutating func note() {
        if places.isEmpty {
            for (place, member) in members.enumerated() { places[member.name] = place }
        } else {
            places[members[members.count - 1].name] = members.count - 1
        }
    }

    private mutating func remove(_ name: String) {
        guard let place = place(of: name) else { return }
        members.remove(at: place)
        places = [:]
        if members.count > Self.linearLimit { note() }
    }

    /// The same members in the same order.
    static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { $0.name == $1.name && $0.value == $1.value }
    }

    /// Names and values in their order.
    func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}
