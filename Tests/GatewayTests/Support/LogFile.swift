@testable import Lab

/// `access.log` in a folder.
struct LogFile {
    private let folder: ScratchFolder

    init(_ folder: ScratchFolder) {
        self.folder = folder
    }

    /// Waits until it holds `count` whole lines.
    func lines(_ count: Int) throws -> [String] {
        let deadline = Deadline.after(.seconds(20))
        while true {
            let text = (try? folder.read("access.log")) ?? ""
            let lines = text.split(separator: "\n").map(String.init)
            if lines.count >= count, text.hasSuffix("\n") { return lines }
            if deadline.hasPassed { throw LabError("the log has \(lines.count) lines, not \(count)") }
            Deadline.after(.milliseconds(5)).pass()
        }
    }
}
