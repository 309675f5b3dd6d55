import Foundation

/// Debian's Chromium, driven by its chromedriver as W3C's WebDriver says.
///
/// One driver has any number of pages, each a browser of its own with an empty profile. Browsers hang on a pipe of the driver's
/// and end with it; the driver ends with the last reference, or with the test process.
public final class ChromiumDriver: Sendable {
    /// How long one command may take: a start on a busy machine, above all.
    static let patience: Duration = .seconds(90)

    private let process: ChildProcess
    private let folder: ScratchFolder
    private let client: RawClient

    /// Whether both programs are there.
    public static var isInstalled: Bool { Self.programs.allSatisfy { Repository.program($0) != nil } }

    /// Debian's packages are called `chromium` and `chromium-driver`.
    private static let programs = ["chromium", "chromedriver"]

    /// Starts the driver, at a port of its own choice.
    public init() throws {
        let folder = try ScratchFolder(isShort: true)
        let process = try ChildProcess(
            Command.path(of: "chromedriver"), ["--port=0"],
            // Profiles, crash reports and sockets: all of it goes with the folder.
            environment: ["TMPDIR": folder.path, "HOME": folder.path, "XDG_CONFIG_HOME": folder.path])
        let line = try process.waitForLine(within: Self.patience, "its port") { $0.contains("successfully on port ") }
        guard let word = line.split(separator: " ").last, let port = UInt16(word.prefix { $0.isNumber }) else {
            throw LabError("chromedriver: no port in \(line.debugDescription)")
        }
        self.folder = folder
        self.process = process
        self.client = RawClient(port: port)
    }

    /// Starts a browser, which shows nothing yet.
    ///
    /// - Parameters:
    ///   - width: of the window, in CSS pixels.
    ///   - height: of the window, in CSS pixels.
    public func open(width: Int = 1280, height: Int = 900) throws -> BrowserPage {
        let arguments = [
            "--headless=new", "--remote-debugging-pipe", "--window-size=\(width),\(height)", "--no-first-run",
            "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
            "--disable-breakpad", "--disable-sync", "--force-color-profile=srgb", "--hide-scrollbars",
            // Element.computedRole and computedName: what a screen reader is told.
            "--enable-blink-features=ComputedAccessibilityInfo",
        ]
        // Its sandbox has no use for root's rights and refuses them.
        let sandbox = geteuid() == 0 ? ["--no-sandbox"] : []
        let options: JSONDocument = [
            "binary": .string(try Command.path(of: "chromium")),
            "args": .array((arguments + sandbox).map { .string($0) }),
        ]
        let answer = try self.command(
            "POST", "/session",
            [
                "capabilities": [
                    "alwaysMatch": [
                        "browserName": "chrome", "goog:chromeOptions": options,
                        "goog:loggingPrefs": ["browser": "ALL"],
                    ]
                ]
            ])
        guard let id = answer["sessionId"].text else { throw LabError("chromedriver: no session: \(answer)") }
        return BrowserPage(self, session: id)
    }

    /// One command, and the `value` of its answer.
    func command(_ method: String, _ path: String, _ body: JSONDocument? = nil) throws -> JSONDocument {
        let text = try body.map { String(decoding: try $0.octets, as: UTF8.self) } ?? ""
        let answer = try self.client.get(
            path, host: "127.0.0.1:\(self.client.port)", method: method, fields: ["Connection: close"], body: text,
            within: Self.patience)
        let value = try JSONDocument(answer.body)["value"]
        guard answer.status == 200 else {
            let message = value["message"].text ?? answer.text
            throw LabError("chromedriver: \(method) \(path): \(value["error"].text ?? ""): \(message.prefix(600))")
        }
        return value
    }
}
