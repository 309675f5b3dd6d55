/// A key that is no character.
public enum BrowserKey: Sendable {
    case tab, backTab, enter, escape, space, up, down, home, end
    /// A character, as it is typed.
    case character(Character)

    /// What WebDriver calls it (§17.4.2), and whether shift is held.
    fileprivate var code: (text: String, isShifted: Bool) {
        switch self {
        case .tab: ("\u{E004}", false)
        case .backTab: ("\u{E004}", true)
        case .enter: ("\u{E007}", false)
        case .escape: ("\u{E00C}", false)
        case .space: (" ", false)
        case .up: ("\u{E013}", false)
        case .down: ("\u{E015}", false)
        case .home: ("\u{E011}", false)
        case .end: ("\u{E010}", false)
        case .character(let character): (String(character), false)
        }
    }
}

/// The keyboard, which acts on whatever has the focus.
extension BrowserPage {
    private static let shift = "\u{E008}"

    /// Presses keys, one after the other.
    public func press(_ keys: BrowserKey...) throws {
        try self.press(keys)
    }

    /// Types `text`, a key a character.
    public func type(_ text: String) throws {
        try self.press(text.map { .character($0) })
    }

    private func press(_ keys: [BrowserKey]) throws {
        func action(_ type: String, _ value: String) -> JSONDocument {
            ["type": .string(type), "value": .string(value)]
        }
        let actions = keys.flatMap { key in
            let (text, isShifted) = key.code
            let stroke = [action("keyDown", text), action("keyUp", text)]
            return isShifted ? [action("keyDown", Self.shift)] + stroke + [action("keyUp", Self.shift)] : stroke
        }
        _ = try self.command(
            "POST", "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
    }

    /// What has the focus, as a screen reader is told it: role and name.
    public var focus: (role: String, name: String) {
        get throws {
            let focus = try self.evaluate(
                "const at = document.activeElement; return [at?.computedRole ?? '', (at?.computedName ?? '').trim()]")
            return (focus[0].text ?? "", focus[1].text ?? "")
        }
    }

    /// Presses the tab key until something of this role and name (or, with `*` at its end, beginning of a name) has the
    /// focus.
    ///
    /// - Parameter most: presses after which it is taken not to be reachable.
    public func tab(to role: String, named name: String, atMost most: Int = 60) throws {
        var met: [String] = []
        for _ in 0..<most {
            try self.press(.tab)
            let focus = try self.focus
            let fits = name.hasSuffix("*") ? focus.name.hasPrefix(name.dropLast()) : focus.name == name
            if focus.role == role, fits { return }
            met.append("\(focus.role) \(focus.name.debugDescription)")
        }
        throw LabError("the page: the tab key does not lead to \(role) \(name.debugDescription), but to \(met)")
    }
}
