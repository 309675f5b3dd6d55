import Glibc
import class Lab.ScratchFolder
import Synchronization
import Testing

@testable import Reactor

/// Packets with descriptors between processes.
@Suite struct PacketChannelTests {
    @Test func descriptorsComeWithTheirPacket() throws {
        let folder = try ScratchFolder()
        let listener = try PacketListener(path: "\(folder.path)/post")
        let near = try PacketChannel.connect(to: listener.path)
        let far = try #require(listener.accept())
        #expect(near.peer?.user == geteuid())
        #expect(far.peer?.process == getpid())
        let descriptors = (0..<PacketChannel.descriptorsMaximum).map { _ in Socket.placeholder() }
        try near.send(Array("many".utf8), descriptors: descriptors)
        try near.send(Array("none".utf8))
        descriptors.forEach(Socket.close)
        let many = try #require(try far.receive(milliseconds: 20_000))
        #expect(many.octets == Array("many".utf8))
        #expect(many.descriptors.count == descriptors.count)
        for fd in many.descriptors {
            #expect(fcntl(fd, F_GETFD) == FD_CLOEXEC)
            Socket.close(fd)
        }
        let none = try #require(try far.receive(milliseconds: 20_000))
        #expect(none.octets == Array("none".utf8) && none.descriptors.isEmpty)
    }

    @Test func silenceAndTheEndAreToldApart() throws {
        let folder = try ScratchFolder()
        let listener = try PacketListener(path: "\(folder.path)/post")
        var near: PacketChannel? = try PacketChannel.connect(to: listener.path)
        let far = try #require(listener.accept())
        let error = try #require(throws: SocketError.self) { try far.receive(milliseconds: 1) }
        #expect(error.code == ETIMEDOUT)
        #expect(near?.peer != nil)
        near = nil
        #expect(try far.receive(milliseconds: 20_000) == nil)
    }

    @Test func aListenerTakesOnlyItsOwnFileAway() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/post"
        let first = try PacketListener(path: path)
        let second = try PacketListener(path: path)
        first.stop()
        #expect(first.accept() == nil)
        _ = try PacketChannel.connect(to: path)
        second.stop()
        #expect(throws: SocketError.self) { try PacketChannel.connect(to: path) }
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func whoHadBegunIsAcceptedAndWhoBeginsGetsNoAnswer() throws {
        let listener = try Socket.listen(SocketAddress(high: 0x0100_007f, low: 0, port: 0, isIPv6: false))
        defer { Socket.close(listener) }
        let address = Socket.localAddress(of: listener)
        let early = try Socket.connect(address)
        defer { Socket.close(early) }
        #expect(Self.isWritable(early, within: 20_000))
        Socket.refuseHandshakes(listener)
        let late = try Socket.connect(address)
        defer { Socket.close(late) }
        #expect(!Self.isWritable(late, within: 100))
        #expect(unsafe write(early, "x", 1) == 1)
        #expect(PacketChannel.wait(listener, 20_000))
        var (peer, code) = (SocketAddress(), Int32(0))
        let accepted = try #require(Socket.accept(listener, peer: &peer, code: &code))
        #expect(peer == Socket.localAddress(of: early))
        Socket.close(accepted)
    }

    private static func isWritable(_ fd: Int32, within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }
}
