import Foundation
import Renderer
import Synchronization

/// The files that a template wanted written.
final class WrittenFiles: Sendable {
    private let writes = Mutex<[RenderEffects.FileWrite]>([])

    var all: [RenderEffects.FileWrite] { writes.withLock { $0 } }

    func add(_ write: RenderEffects.FileWrite) { writes.withLock { $0.append(write) } }
}

/// A folder with a file in it, one beside it and a link from the one to the other.
final class SandboxFolder {
    let inner: String
    private let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "portico-sandbox-\(UUID().uuidString)").path
        inner = root + "/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: inner + "/ok"))
        try Data().write(to: URL(filePath: root + "/out"))
        try FileManager.default.createSymbolicLink(atPath: inner + "/link", withDestinationPath: root + "/out")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}
