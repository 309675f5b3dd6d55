/// Something in a page, for as long as it is there.
public struct BrowserElement: Sendable {
    /// What WebDriver calls a reference to an element (§6.6.1).
    private static let identifier = "element-6066-11e4-a52e-4f735466cecf"

    let page: BrowserPage
    let reference: JSONDocument

    /// nil if `value` is no element.
    init?(_ value: JSONDocument, in page: BrowserPage) {
        guard value[Self.identifier].text != nil else { return nil }
        self.page = page
        self.reference = value
    }

    private var path: String { "/element/\(self.reference[Self.identifier].text ?? "")" }

    /// What the reader sees of it, as text.
    public var text: String { get throws { try self.page.command("GET", "\(self.path)/text").text ?? "" } }

    /// Its name, as a screen reader is told it.
    public var name: String { get throws { try self.page.command("GET", "\(self.path)/computedlabel").text ?? "" } }

    /// Its role, as a screen reader is told it.
    public var role: String { get throws { try self.page.command("GET", "\(self.path)/computedrole").text ?? "" } }

    /// A property of its object, such as `value` or `checked`.
    public func property(_ name: String) throws -> JSONDocument {
        try self.page.command("GET", "\(self.path)/property/\(name)")
    }

    /// Clicks into its middle, which must be in sight and under nothing else.
    public func click() throws {
        _ = try self.page.command("POST", "\(self.path)/click", [:])
    }

    /// Puts the cursor into it, takes out what is there, and types `text`.
    public func fill(_ text: String) throws {
        _ = try self.page.command("POST", "\(self.path)/clear", [:])
        _ = try self.page.command("POST", "\(self.path)/value", ["text": .string(text)])
    }
}

extension BrowserPage {
    /// The first element that a CSS selector finds; nil if there is none.
    public func element(_ selector: String) throws -> BrowserElement? {
        BrowserElement(try self.evaluate("return document.querySelector(arguments[0])", .string(selector)), in: self)
    }

    /// Waits for the element of this role that a screen reader calls `name`, in sight of the reader.
    ///
    /// - Parameters:
    ///   - name: the whole name, or with `*` at its end how that begins.
    ///   - scope: a CSS selector of what it is in.
    public func element(
        _ role: String, named name: String, in scope: String = "body", within duration: Duration = .seconds(30)
    ) throws -> BrowserElement {
        let found = try self.wait(
            within: duration, until: "showing a \(role) named \(name.debugDescription)", Self.finder, .string(role),
            .string(name), .string(scope))
        guard let element = BrowserElement(found, in: self) else { throw LabError("the page: no element: \(found)") }
        return element
    }

    private static let finder = """
        const [role, name, scope] = arguments
        // Roles and names are dear to ask for: of what can have the role, and of that alone.
        const tags = {button: 'button, summary', link: 'a', textbox: 'input, textarea', searchbox: 'input', combobox: 'select'}
        const likely = tags[role] ? `${tags[role]}, [role=${role}]` : '*'
        const fits = text => name.endsWith('*') ? text.startsWith(name.slice(0, -1)) : text === name
        for (const root of document.querySelectorAll(scope))
          for (const element of root.querySelectorAll(likely))
            if (element.checkVisibility() && element.computedRole === role && fits(element.computedName.trim()))
              return element
        return null
        """
}
