/// Timeouts of connections: one deadline each, kept in a wheel of lists threaded through the connections themselves.
///
/// Moving a deadline later costs one store: the wheel finds the new one when it comes to the old. So a keep-alive
/// connection that sets a deadline several times a request is touched by the wheel once a turn at the most.
/// One tick is 64 ms; a wait ends up to one tick late, never early.
@safe
public struct TimerWheel: ~Copyable {
    /// Nanoseconds a tick, as a shift: 2^26 ns = 67 ms.
    static var tickShift: UInt64 { 26 }
    /// Lists in the wheel, a power of two: 68 s a turn.
    static var slots: Int { 1024 }

    private var heads: UnsafeMutablePointer<Int32>
    private var occupied: UnsafeMutablePointer<UInt64>
    private var current: UInt32

    /// A wheel that begins at `now`, monotonic nanoseconds.
    public init(now: UInt64) {
        unsafe heads = .allocate(capacity: Self.slots)
        unsafe heads.initialize(repeating: -1, count: Self.slots)
        unsafe occupied = .allocate(capacity: Self.slots / 64)
        unsafe occupied.initialize(repeating: 0, count: Self.slots / 64)
        current = UInt32(truncatingIfNeeded: now >> Self.tickShift)
    }

    deinit {
        unsafe heads.deallocate()
        unsafe occupied.deallocate()
    }

    /// Sets the connection's deadline `milliseconds` after `now`; 0 means that it waits without limit.
    public mutating func schedule(
        _ connection: Ref<Connection>, after milliseconds: UInt32, now: UInt64, in slab: borrowing Slab<Connection>
    ) {
        guard milliseconds > 0 else {
            connection.value.deadline = 0
            return
        }
        // One more than the quotient, because the tick under way has partly gone.
        let due = UInt32(truncatingIfNeeded: (now &+ UInt64(milliseconds) &* 1_000_000) >> Self.tickShift) &+ 1
        connection.value.deadline = due
        if connection.value.wheelSlot >= 0 {
            if connection.value.wheelTick <= due { return }
            unlink(connection, in: slab)
        }
        link(connection, in: slab)
    }

    /// Takes the connection out of the wheel; to be called before its slot is freed.
    public mutating func cancel(_ connection: Ref<Connection>, in slab: borrowing Slab<Connection>) {
        connection.value.deadline = 0
        if connection.value.wheelSlot >= 0 { unlink(connection, in: slab) }
    }

    /// The next connection whose deadline has passed at `now`, or -1.
    ///
    /// To be called until it returns -1.
    public mutating func expired(now: UInt64, in slab: borrowing Slab<Connection>) -> Int32 {
        let target = UInt32(truncatingIfNeeded: now >> Self.tickShift)
        while true {
            let slot = Int(current) & (Self.slots - 1)
            // Those that are not due are linked anew: to a later list, or to the end of a turn.
            var index = unsafe heads[slot]
            while index >= 0 {
                let connection = slab[index]
                let next = connection.value.wheelNext
                if connection.value.wheelTick <= current {
                    unlink(connection, in: slab)
                    let deadline = connection.value.deadline
                    if deadline != 0 {
                        if deadline <= current {
                            connection.value.deadline = 0
                            return index
                        }
                        link(connection, in: slab)
                    }
                }
                index = next
            }
            if current >= target { return -1 }
            current &+= 1
        }
    }

    /// Milliseconds until the wheel has to be looked at, -1 when nothing waits.
    public func wait(now: UInt64) -> Int32 {
        let first = Int(current)
        for distance in 0..<(Self.slots / 64 + 1) {
            let word = ((first >> 6) + distance) & (Self.slots / 64 - 1)
            var bits = unsafe occupied[word]
            if distance == 0 { bits &= ~0 << UInt64(first & 63) }
            if bits == 0 { continue }
            let slot = word << 6 + bits.trailingZeroBitCount
            let ticks = (slot - first) & (Self.slots - 1)
            let due = (UInt64(current) &+ UInt64(ticks)) << Self.tickShift
            return due <= now ? 0 : Int32(clamping: (due - now) / 1_000_000 + 1)
        }
        return -1
    }

    private mutating func link(_ connection: Ref<Connection>, in slab: borrowing Slab<Connection>) {
        let due = connection.value.deadline
        let tick = due > current ? min(due, current &+ UInt32(Self.slots - 1)) : current &+ 1
        let slot = Int32(tick & UInt32(Self.slots - 1))
        connection.value.wheelTick = tick
        connection.value.wheelSlot = slot
        connection.value.wheelPrevious = -1
        let head = unsafe heads[Int(slot)]
        connection.value.wheelNext = head
        if head >= 0 { slab[head].value.wheelPrevious = connection.value.index }
        unsafe heads[Int(slot)] = connection.value.index
        unsafe occupied[Int(slot) >> 6] |= 1 << UInt64(slot & 63)
    }

    private mutating func unlink(_ connection: Ref<Connection>, in slab: borrowing Slab<Connection>) {
        let slot = Int(connection.value.wheelSlot)
        let previous = connection.value.wheelPrevious
        let next = connection.value.wheelNext
        if previous >= 0 {
            slab[previous].value.wheelNext = next
        } else {
            unsafe heads[slot] = next
            if next < 0 { unsafe occupied[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
        }
        if next >= 0 { slab[next].value.wheelPrevious = previous }
        connection.value.wheelSlot = -1
    }
}
