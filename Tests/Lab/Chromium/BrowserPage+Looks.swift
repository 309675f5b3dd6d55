import Foundation

/// How it looks, and to whom.
extension BrowserPage {
    /// A window as a device of `width` by `height` CSS pixels has it.
    ///
    /// - Parameter isMobile: as a phone does it, which heeds the page's word on its viewport.
    public func show(width: Int, height: Int, isMobile: Bool = false) throws {
        try self.devTools(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .number(Double(width)), "height": .number(Double(height)), "deviceScaleFactor": 1,
                "mobile": .boolean(isMobile),
            ])
    }

    /// As a reader with these wishes has it.
    public func prefer(isDark: Bool, hasLessMotion: Bool = false) throws {
        try self.devTools(
            "Emulation.setEmulatedMedia",
            [
                "features": [
                    ["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")],
                    ["name": "prefers-reduced-motion", "value": .string(hasLessMotion ? "reduce" : "no-preference")],
                ]
            ])
    }

    /// Keeps what is in sight as a PNG among the artefacts.
    ///
    /// - Returns: the file.
    @discardableResult
    public func keepScreenshot(_ name: String) throws -> String {
        guard let text = try self.command("GET", "/screenshot").text, let image = Data(base64Encoded: text) else {
            throw LabError("chromedriver: a screenshot that is no image")
        }
        let file = "\(try Artefacts.folder("dashboard"))/\(name).png"
        try image.write(to: URL(fileURLWithPath: file))
        return file
    }
}
