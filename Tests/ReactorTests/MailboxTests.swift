import Foundation
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

    @Test func nothingIsLostBetweenThreads() throws {
        guard let mailbox = Mailbox<(sender: Int, number: Int)>(), let poller = Poller() else { throw NoDescriptor() }
        let (senders, each) = (4, 5_000)
        for sender in 0..<senders {
            Thread.detachNewThread { for number in 0..<each { mailbox.post((sender, number)) } }
        }
        let isWatched = poller.addLevelTriggered(mailbox.fd, token: 0)
        #expect(isWatched)
        var collected: [(sender: Int, number: Int)] = []
        while collected.count < senders * each, poller.wait(milliseconds: 30_000) > 0 { collected += mailbox.collect() }
        #expect(collected.count == senders * each)
        for sender in 0..<senders {
            #expect(collected.filter { $0.sender == sender }.map(\.number) == Array(0..<each))
        }
    }
}
