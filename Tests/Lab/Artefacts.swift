import Foundation

/// What tests leave for people to look at.
public enum Artefacts {
    /// A folder for it, which is made: of `PORTICO_ARTEFACTS`, else of `.build/artefacts`.
    public static func folder(_ name: String) throws -> String {
        let given = ProcessInfo.processInfo.environment["PORTICO_ARTEFACTS"]
        let path = "\(given ?? "\(Repository.root)/.build/artefacts")/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
