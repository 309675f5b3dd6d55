import Foundation
import Synchronization

/// A browser's one page: what is in it, and what can be done with it.
public final class BrowserPage: Sendable {
    private let driver: ChromiumDriver
    private let session: String

    init(_ driver: ChromiumDriver, session: String) {
        self.driver = driver
        self.session = session
    }

    deinit {
        // Best effort: what is left ends with the driver.
        _ = try? self.driver.command("DELETE", "/session/\(self.session)")
    }

    /// A command of this browser.
    func command(_ method: String, _ path: String, _ body: JSONDocument? = nil) throws -> JSONDocument {
        try self.driver.command(method, "/session/\(self.session)\(path)", body)
    }

    /// A command of the DevTools protocol.
    @discardableResult
    public func devTools(_ name: String, _ parameters: JSONDocument = [:]) throws -> JSONDocument {
        try self.command("POST", "/goog/cdp/execute", ["cmd": .string(name), "params": parameters])
    }

    // MARK: What is in it

    /// Goes to `url`, and waits until that is loaded.
    public func go(to url: String) throws {
        _ = try self.command("POST", "/url", ["url": .string(url)])
    }

    /// What a function of JavaScript with this body returns, to which `arguments` are given.
    @discardableResult
    public func evaluate(_ body: String, _ arguments: JSONDocument...) throws -> JSONDocument {
        try self.command("POST", "/execute/sync", ["script": .string(body), "args": .array(arguments)])
    }

    /// What the reader sees of the whole page, as text.
    public var text: String {
        get throws { try self.evaluate("return document.body.innerText").text ?? "" }
    }

    /// Waits until `body`, as ``evaluate(_:_:)`` takes it, returns something that is true, and gives that.
    ///
    /// No event tells of it across the protocol, so it is asked again and again.
    @discardableResult
    public func wait(
        within duration: Duration = .seconds(30), until what: String, _ body: String, _ arguments: JSONDocument...
    ) throws -> JSONDocument {
        let deadline = Deadline.after(duration)
        while true {
            let value = try self.command("POST", "/execute/sync", ["script": .string(body), "args": .array(arguments)])
            if ![.null, .boolean(false), .string(""), .number(0)].contains(value) { return value }
            if deadline.hasPassed {
                let seen = (try? self.text) ?? "nothing"
                throw LabError("the page: not \(what) after \(duration); it shows: \(seen.prefix(3_000))")
            }
            Deadline.after(.milliseconds(50)).pass()
        }
    }

    /// Waits until the reader sees `text` somewhere, letters' case aside.
    public func wait(within duration: Duration = .seconds(30), forText text: String) throws {
        try self.wait(
            within: duration, until: "showing \(text.debugDescription)",
            "return document.body.innerText.toLowerCase().includes(arguments[0].toLowerCase())", .string(text))
    }

    /// What scripts, styles and requests have complained of since it was last asked, by line; `isSevere`: errors alone.
    public func complaints(isSevere: Bool = true) throws -> [String] {
        try self.command("POST", "/se/log", ["type": "browser"]).elements.compactMap { entry in
            guard !isSevere || entry["level"].text == "SEVERE" else { return nil }
            return "\(entry["level"].text ?? "") \(entry["source"].text ?? ""): \(entry["message"].text ?? "")"
        }
    }

    /// Origins of everything that the page has loaded or asked for, itself among them.
    public var origins: Set<String> {
        get throws {
            let names = try self.evaluate(
                """
                return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
                  .map(entry => new URL(entry.name).origin)
                """)
            return Set(names.elements.compactMap(\.text))
        }
    }
}
