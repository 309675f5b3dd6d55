internal import FoundationEssentials
internal import Glibc

/// What the kernel says of this process; what it does not say is left out.
struct ProcessFigures {
    /// Seconds on processors.
    var cpuSeconds: Double?
    var residentBytes: Int?
    var virtualBytes: Int?
    var descriptors: Int?
    var descriptorLimit: UInt64?
    /// Seconds since 1970 at which it began.
    var startedAt: Double?

    /// As it is now.
    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        figures.readStatus()
        // Since Linux 6.2 the folder's size is the number of what is in it, which spares reading it.
        // Safety: both calls fill a value of the right type that outlives them.
        var facts = stat()
        if unsafe stat("/proc/self/fd", &facts) == 0, facts.st_size > 0 {
            figures.descriptors = Int(facts.st_size)
        } else {
            figures.descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 {
            figures.descriptorLimit = UInt64(limit.rlim_cur)
        }
        return figures
    }

    private mutating func readStatus() {
        guard let data = FileManager.default.contents(atPath: "/proc/self/stat") else { return }
        let text = String(decoding: data, as: UTF8.self)
        // The name stands in parentheses, and may hold anything.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst()
        func field(_ number: Int) -> Double? {
            // Counted as proc_pid_stat(5) does, where the state is the third.
            let index = fields.startIndex + number - 3
            return fields.indices.contains(index) ? Double(fields[index]) : nil
        }
        let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let user = field(14), let kernel = field(15) { cpuSeconds = (user + kernel) / tick }
        virtualBytes = field(23).map { Int($0) }
        residentBytes = field(24).map { Int($0) * sysconf(Int32(_SC_PAGESIZE)) }
        if let ticks = field(22), let boot = Self.bootTime { startedAt = boot + ticks / tick }
    }

    /// Seconds since 1970 at which the kernel began.
    private static let bootTime: Double? = {
        guard let data = FileManager.default.contents(atPath: "/proc/stat") else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }()
}
