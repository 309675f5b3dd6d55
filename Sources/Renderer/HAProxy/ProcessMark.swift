internal import Glibc

/// A process of this machine that runs HAProxy, told from another one that may get its number later.
///
/// A number that HAProxy tells, or that stands in a file, may be of another container's numbering or of long ago: nobody is
/// to be sent a signal for that.
// Safety: the calls are given a path, or an array together with its own count, for their own length.
struct ProcessMark: Sendable, Equatable {
    let pid: Int32
    /// When it was started, in the kernel's ticks since boot.
    let start: UInt64

    /// The process `pid`, if there is one and its program is called `haproxy...`, as all builds are, or `hapee...`.
    init?(_ pid: Int32) {
        // proc(5): the number, the program's name in parentheses, the state, and 18 fields more up to the start.
        guard pid > 1, let text = Self.read("/proc/\(pid)/stat"), let open = text.firstIndex(of: "("),
            let close = text.lastIndex(of: ")")
        else { return nil }
        let name = text[text.index(after: open)..<close]
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard name.hasPrefix("haproxy") || name.hasPrefix("hapee"), fields.count > 19, fields[0] != "Z",
            let start = UInt64(fields[19])
        else { return nil }
        self.pid = pid
        self.start = start
    }

    /// The process whose number is in a file.
    init(pidFile path: String) throws(HAProxyFailure) {
        guard let text = Self.read(path) else { throw HAProxyFailure("\(path): cannot be read: error \(errno)") }
        guard let pid = Int32(RuntimeCommand.trimmed(text)) else {
            throw HAProxyFailure("\(path): holds no process number")
        }
        guard let mark = ProcessMark(pid) else { throw HAProxyFailure("\(path): process \(pid) is no HAProxy") }
        self = mark
    }

    /// Whether it still runs.
    var isAlive: Bool { ProcessMark(pid) == self }

    /// Sends it a signal; whether that was possible.
    func signal(_ number: Int32) -> Bool { isAlive && kill(pid, number) == 0 }

    private static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let size = buffer.count
        let count = unsafe Glibc.read(file, &buffer, size)
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
