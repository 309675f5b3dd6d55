import Foundation

/// A folder of its own for a test, gone with the last reference.
public final class ScratchFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// Makes the folder.
    ///
    /// - Parameter isShort: its path leaves room for programs that put sockets deep into it, whose paths have 107 octets.
    public init(isShort: Bool = false) throws {
        let name = isShort ? "p\(UInt32.random(in: 0 ... .max))" : "portico-lab-\(UUID().uuidString)"
        let path = "\(FileManager.default.temporaryDirectory.path)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.path = path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Writes a file in place of the one that may be there, in one step.
    ///
    /// - Returns: its path.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String {
        let file = "\(self.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        return file
    }

    /// A file's text.
    public func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(self.path)/\(name)")), as: UTF8.self)
    }
}
