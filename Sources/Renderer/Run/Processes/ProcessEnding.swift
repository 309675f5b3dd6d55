internal import Glibc

/// How a program ended.
enum ProcessEnding: Sendable, Equatable, CustomStringConvertible {
    /// With this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)

    /// From what `waitpid` tells.
    init(waitStatus status: Int32) {
        self = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
    }

    /// Whether it ended as it should.
    var isSuccess: Bool { self == .exited(0) }

    /// The exit status as shells tell it: 128 and the signal's number for one that was ended.
    var status: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let signal): 128 + signal
        }
    }

    var description: String {
        switch self {
        case .exited(let status): return "exit status \(status)"
        case .signalled(let number):
            let name = ProcessSignal.known.first { $0.number == number }?.name ?? "signal \(number)"
            return "ended by \(name)"
        }
    }
}
