import CLinux
import Glibc
import Synchronization
import Testing

@testable import Reactor

/// The process has no descriptor left.
struct NoDescriptor: Error {}

/// Readiness as epoll tells it, on real sockets.
@Suite struct PollerTests {
    private func pair() throws -> (near: Int32, far: Int32) {
        var ends: [Int32] = [0, 0]
        // Programs that other tests start meanwhile must not hold an end open.
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(unsafe socketpair(AF_UNIX, flags, 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    @Test func eventsCarryTheirTokenAndWhatIsReady() throws {
        guard let poller = Poller() else { throw NoDescriptor() }
        let (near, far) = try pair()
        #expect((poller.add(near, token: 0xdead_beef_0000_0007)) == true)
        #expect(poller.wait(milliseconds: 1_000) == 1)
        #expect(poller.event(0).token == 0xdead_beef_0000_0007)
        #expect(poller.event(0).readiness == .writable)
        // Edge-triggered: nothing new, nothing told.
        #expect(poller.wait(milliseconds: 0) == 0)
        #expect(unsafe write(far, "x", 1) == 1)
        #expect(poller.wait(milliseconds: 1_000) == 1)
        #expect(poller.event(0).readiness.contains(.readable))
        #expect(!poller.event(0).readiness.contains(.peerClosed))
        #expect(poller.wait(milliseconds: 0) == 0)
        Socket.shutdownWrite(far)
        #expect(poller.wait(milliseconds: 1_000) == 1)
        #expect(poller.event(0).readiness.isSuperset(of: [.readable, .peerClosed]))
        #expect(!poller.event(0).readiness.contains(.broken))
        Socket.close(far)
        #expect(poller.wait(milliseconds: 1_000) == 1)
        #expect(poller.event(0).readiness.isSuperset(of: [.readable, .writable, .peerClosed, .broken]))
        Socket.close(near)
        #expect(poller.wait(milliseconds: 0) == 0)
    }

    @Test func aListenerIsToldUntilItIsEmpty() throws {
        guard let poller = Poller() else { throw NoDescriptor() }
        let (near, far) = try pair()
        #expect((poller.addLevelTriggered(near, token: 1)) == true)
        #expect(unsafe write(far, "x", 1) == 1)
        for _ in 0..<3 { #expect(poller.wait(milliseconds: 1_000) == 1) }
        poller.remove(near)
        #expect(poller.wait(milliseconds: 0) == 0)
        Socket.close(near)
        Socket.close(far)
    }

    @Test func moreEventsThanOneBatchAllCome() throws {
        guard let poller = Poller() else { throw NoDescriptor() }
        var open: [Int32] = []
        for number in 0..<300 {
            let (near, far) = try pair()
            open += [near, far]
            #expect((poller.add(near, token: UInt64(number))) == true)
        }
        var seen: Set<UInt64> = []
        while true {
            let count = poller.wait(milliseconds: 0)
            if count == 0 { break }
            for index in 0..<count { seen.insert(poller.event(index).token) }
        }
        #expect(seen.count == 300)
        open.forEach(Socket.close)
    }

    @Test func whatCannotBeWatchedIsRefused() throws {
        guard let poller = Poller() else { throw NoDescriptor() }
        #expect((poller.add(-1, token: 0)) == false)
        let (near, far) = try pair()
        #expect((poller.add(near, token: 0)) == true)
        #expect((poller.add(near, token: 1)) == false)
        Socket.close(near)
        Socket.close(far)
    }

    @Test func transfersTellEndsFromErrors() throws {
        let (near, far) = try pair()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { unsafe room.deallocate() }
        #expect(unsafe Socket.receive(near, into: room) == .wouldBlock)
        var pieces = Pieces()
        let data = Array("hello".utf8)
        unsafe data.withUnsafeBytes { bytes in
            unsafe pieces.append(UnsafeRawBufferPointer(rebasing: bytes[..<2]))
            unsafe pieces.append(UnsafeRawBufferPointer(rebasing: bytes[2...]))
            #expect(Socket.send(far, pieces) == .bytes(5))
        }
        #expect(unsafe Socket.receive(near, into: room) == .bytes(5))
        #expect(unsafe room.prefix(5).elementsEqual(data))
        Socket.shutdownWrite(far)
        #expect(unsafe Socket.receive(near, into: room) == .ended)
        Socket.close(far)
        #expect(unsafe Socket.send(near, UnsafeRawBufferPointer(rebasing: room[..<1])) == .failed(EPIPE))
        Socket.close(near)
    }

    @Test func aFullPeerIsToldFromABrokenOne() throws {
        let (near, far) = try pair()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { unsafe room.deallocate() }
        var outcome = Transfer.bytes(0)
        while case .bytes = outcome { outcome = unsafe Socket.send(near, UnsafeRawBufferPointer(room)) }
        #expect(outcome == .wouldBlock)
        Socket.close(near)
        Socket.close(far)
    }
}
