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

    /// The time that a process has had on processors, its own and the kernel's.
    public static func processorTime(_ id: pid_t) throws -> Duration {
        let text = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)
        // The name stands in parentheses, and may hold anything.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int64(fields[12]), let kernel = Int64(fields[13]) else {
            throw LabError("no times of process \(id)")
        }
        return .seconds(user + kernel) / Int64(sysconf(Int32(_SC_CLK_TCK)))
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
