import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite struct MailboxTests {
    @Test func messagesComeInOrderAndOnce() throws {
        let mailbox = try #require(Mailbox<Int>())
        #expect(mailbox.collect().isEmpty)
        for number in 0..<5 { mailbox.post(number) }
        #expect(mailbox.collect() == [0, 1, 2, 3, 4])
        #expect(mailbox.collect().isEmpty)
    }

    @Test func aPostWakesThePoller() throws {
        let mailbox = try #require(Mailbox<Int>())
        guard let poller = Poller() else { throw NoDescriptor() }
        #expect((poller.addLevelTriggered(mailbox.fd, token: 9)) == true)
        #expect(poller.wait(milliseconds: 0) == 0)
        mailbox.post(1)
        mailbox.post(2)
        #expect(poller.wait(milliseconds: 1_000) == 1)
        #expect(poller.event(0).token == 9)
        #expect(mailbox.collect() == [1, 2])
        #expect(poller.wait(milliseconds: 0) == 0)
    }

    @Test func nothingIsLostBetweenThreads() async throws {
        let mailbox = try #require(Mailbox<(sender: Int, number: Int)>())
        let senders = 4
        let each = 5_000
        let collected = await withTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask { for number in 0..<each { mailbox.post((sender, number)) } }
            }
            var all: [(sender: Int, number: Int)] = []
            if let poller = Poller(), poller.addLevelTriggered(mailbox.fd, token: 0) {
                while all.count < senders * each, poller.wait(milliseconds: 5_000) > 0 { all += mailbox.collect() }
            }
            return all
        }
        #expect(collected.count == senders * each)
        for sender in 0..<senders {
            #expect(collected.filter { $0.sender == sender }.map(\.number) == Array(0..<each))
        }
    }
}
