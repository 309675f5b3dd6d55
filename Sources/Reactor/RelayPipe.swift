internal import CLinux
internal import Glibc

/// A pipe through which octets go from one socket to another without being copied: a trivial value.
///
/// Invariant: both ends are -1, or open and taken out of a ``RelayPipePool``, to which whoever holds the value gives it back.
@frozen
public struct RelayPipe: Sendable {
    /// Where octets come out, -1 for no pipe.
    public internal(set) var readEnd: Int32 = -1
    /// Where they go in.
    public internal(set) var writeEnd: Int32 = -1
    /// Octets in it.
    public var count = 0

    /// No pipe.
    @inlinable
    public init() {}

    /// Whether there is one.
    @inlinable
    public var isOpen: Bool { readEnd >= 0 }
}

/// A worker's pipes: those that nobody needs now are kept, so that the steady state makes none.
public struct RelayPipePool: ~Copyable {
    /// Octets of a pipe: of the 64 MiB of pipes that a user may have, a quarter in all of a worker's.
    private static var pipeBytes: Int32 { 256 << 10 }
    /// Empty pipes kept: two for each of as many fast connections as a core serves at once.
    private static var kept: Int { 32 }

    private var free: [RelayPipe] = []
    private let limit: Int
    private var taken = 0

    /// A pool of at most `limit` pipes.
    public init(limit: Int) {
        self.limit = limit
        free.reserveCapacity(Self.kept)
    }

    deinit {
        for pipe in free { Self.close(pipe) }
    }

    /// An empty pipe; one that is not open where as many are in use as may be, or the system has none.
    public mutating func take() -> RelayPipe {
        if let pipe = free.popLast() {
            taken += 1
            return pipe
        }
        var pipe = RelayPipe()
        guard taken < limit else { return pipe }
        guard unsafe portico_relay_pipe(&pipe.readEnd, &pipe.writeEnd, Self.pipeBytes) == 0 else { return RelayPipe() }
        taken += 1
        return pipe
    }

    /// Takes a pipe back and leaves none; what is still in it is lost.
    public mutating func give(_ pipe: inout RelayPipe) {
        guard pipe.isOpen else { return }
        taken -= 1
        if pipe.count == 0, free.count < Self.kept {
            free.append(pipe)
        } else {
            Self.close(pipe)
        }
        pipe = RelayPipe()
    }

    private static func close(_ pipe: RelayPipe) {
        _ = Glibc.close(pipe.readEnd)
        _ = Glibc.close(pipe.writeEnd)
    }
}
