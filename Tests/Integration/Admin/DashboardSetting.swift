import Foundation
import Lab
import Testing

/// An edge and a browser that shows its dashboard.
final class DashboardSetting: Sendable {
    /// One for all tests, which come one after the other; it ends with the process.
    private static let driver = Result { try ChromiumDriver() }

    let edge: EdgeProcess
    let page: BrowserPage
    /// Backends live as long as the setting does.
    private let setting: Setting?

    /// An edge with an embedded store that holds `services`, its page in a window of a desk's size.
    init(services: [String: [TestBackend]] = [:], configuration: String? = nil) throws {
        let setting = try Setting(services: services, configuration: configuration, hasAdmin: true)
        self.setting = setting
        self.edge = setting.edge
        self.page = try Self.driver.get().open()
        try self.show("services")
    }

    /// An edge that is there already.
    init(_ edge: EdgeProcess) throws {
        self.setting = nil
        self.edge = edge
        self.page = try Self.driver.get().open()
        try self.show("services")
    }

    /// A browser with no page yet.
    static func browser() throws -> BrowserPage { try Self.driver.get().open() }

    var client: RawClient { self.edge.client }

    /// Where the dashboard is.
    var url: String { get throws { "\(try self.edge.admin.url)/" } }

    /// Goes to a view, or to what a link within it says, and waits until it is live.
    func show(_ view: String) throws {
        try self.page.go(to: "\(try self.url)#\(view)")
        try Self.waitUntilLive(self.page)
        let name = String(view.prefix { $0 != "/" && $0 != "?" })
        try self.page.wait(
            until: "showing the view \(name)", "return document.body.dataset.view === arguments[0]", .string(name))
    }

    /// Waits until the page hears the edge.
    static func waitUntilLive(_ page: BrowserPage) throws {
        try page.wait(within: .seconds(60), until: "live", "return document.body.dataset.link === 'live'")
    }

    /// Waits until a row of the services' table has a text that begins so in a column; `*` is all but `–` and 0.
    func wait(forService name: String, _ column: String, _ text: String) throws {
        try self.page.wait(
            until: "showing \(text) as \(column) of \(name)",
            """
            const [name, column, text] = arguments
            const cell = document.querySelector(`tr[data-service="${name}"] td[data-column="${column}"]`)
            const shown = cell?.innerText.trim().replace(/\\s/g, ' ')
            return text === '*' ? shown && !['–', '0'].includes(shown) : shown?.startsWith(text)
            """, .string(name), .string(column), .string(text))
    }

    /// Waits until an endpoint is shown in this state.
    func wait(forEndpoint address: String, _ state: String) throws {
        try self.page.wait(
            until: "showing \(address) as \(state)",
            "return document.querySelector(`tr[data-endpoint=\"${arguments[0]}\"]`)?.dataset.state === arguments[1]",
            .string(address), .string(state))
    }

    /// Everything that a page must not have done: complained, loaded from elsewhere, or grown wider than its window.
    ///
    /// - Parameter expected: complaints that the test has brought about.
    func check(_ expected: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let complaints = try self.page.complaints().filter { line in !expected.contains { line.contains($0) } }
        #expect(complaints == [], sourceLocation: sourceLocation)
        let origins = try self.page.origins
        #expect(origins == [try self.edge.admin.url], sourceLocation: sourceLocation)
        #expect(try self.page.overflow == 0, sourceLocation: sourceLocation)
    }
}

extension BrowserPage {
    /// CSS pixels by which the document is wider than its window.
    var overflow: Double {
        get throws {
            let width = try self.evaluate("return document.scrollingElement.scrollWidth - window.innerWidth").number
            return max(0, width ?? 1)
        }
    }

    /// Controls in sight that a screen reader has no name for.
    var nameless: [String] {
        get throws {
            try self.evaluate(
                """
                // What is behind a dialog is nobody's to reach.
                const root = document.querySelector('dialog:modal') ?? document
                return [...root.querySelectorAll('a, button, input, select, textarea, summary, [role], table')]
                  .filter(element => element.checkVisibility() && !element.computedName.trim()
                    && ['button', 'link', 'textbox', 'searchbox', 'combobox', 'spinbutton', 'table']
                      .includes(element.computedRole))
                  .map(element => element.outerHTML.slice(0, 120))
                """
            ).elements.compactMap(\.text)
        }
    }

    /// Texts in sight whose contrast to what is behind them is less than WCAG's 4.5 (3 where they are large), with it.
    var faint: [String] {
        get throws { try self.evaluate(Self.contrast).elements.compactMap(\.text) }
    }

    private static let contrast = """
        const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
        const known = new Map()
        const channels = colour => {
          if (!known.has(colour)) {
            canvas.clearRect(0, 0, 1, 1)
            canvas.fillStyle = colour
            canvas.fillRect(0, 0, 1, 1)
            known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data])
          }
          return known.get(colour)
        }
        const over = ([r, g, b, a], under) => [r, g, b].map((one, i) => one * a / 255 + under[i] * (1 - a / 255))
        const behind = element => {
          if (!element) return [255, 255, 255, 255]
          const colour = channels(getComputedStyle(element).backgroundColor)
          return colour[3] === 255 ? colour : over(colour, behind(element.parentElement))
        }
        const light = colour => colour.slice(0, 3).map(value => value / 255)
          .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
          .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0)
        const faint = new Set()
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
        while (walker.nextNode()) {
          const text = walker.currentNode.data.trim()
          const element = walker.currentNode.parentElement
          if (!text || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue
          if (element.closest('.unseen, .skip, :disabled, script, style, noscript, dialog:not([open]), option')) continue
          const style = getComputedStyle(element)
          const back = behind(element)
          const [one, two] = [light(over(channels(style.color), back)), light(back)]
          const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05)
          const size = parseFloat(style.fontSize)
          const isLarge = size >= 24 || size >= 18.66 && parseInt(style.fontWeight) >= 700
          const name = `${element.tagName} ${element.className} ${text.slice(0, 40)}`
          if (ratio < (isLarge ? 3 : 4.5)) faint.add(`${ratio.toFixed(2)} ${name}`)
        }
        return [...faint]
        """
}
