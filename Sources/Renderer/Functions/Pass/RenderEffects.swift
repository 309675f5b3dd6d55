/// What functions may do outside of the template; what is not given fails with a text that says so.
public struct RenderEffects: Sendable {
    /// A file that a template wants written by `writeToFile`.
    public struct FileWrite: Sendable, Equatable {
        /// Where.
        public var path: String
        /// The owner's name or number; empty for this process's.
        public var user: String
        /// The group's name or number; empty for this process's.
        public var group: String
        /// The file's mode.
        public var permissions: UInt32
        /// Whether it goes to the end of what the file holds.
        public var appends: Bool
        /// What is written.
        public var contents: [UInt8]
    }

    /// Writes a file (`writeToFile`).
    public var writeFile: (@Sendable (FileWrite) throws -> Void)?
    /// Runs a program and returns what it printed (`plugin`).
    public var runPlugin: (@Sendable (_ name: String, _ arguments: [String]) throws -> [UInt8])?
    /// Prints for people who look for a mistake (`spew_dump`, `spew_printf`).
    public var printDebug: (@Sendable ([UInt8]) -> Void)?

    /// Nothing.
    public init() {}
}
