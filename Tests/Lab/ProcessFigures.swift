public import Foundation

/// What the kernel says of a process's memory and time.
public enum ProcessFigures {
    /// Octets resident now.
    public static func resident(_ id: pid_t) throws -> Int {
        try self.status(id, "VmRSS") << 10
    }

    /// The most octets that were ever resident.
    public static func peakResident(_ id: pid_t) throws -> Int {
        try self.status(id, "VmHWM") << 10
    }

    /// The direct children of a process.
    public static func children(of id: pid_t) throws -> [pid_t] {
        let text = try String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { pid_t($0) }
    }

    /// Open descriptors.
    public static func descriptors(_ id: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count
    }

    private static func status(_ id: pid_t, _ field: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        guard let value = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw LabError("no \(field) of process \(id)")
        }
        return value
    }
}
