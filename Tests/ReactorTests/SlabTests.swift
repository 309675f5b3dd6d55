import Testing

@testable import Reactor

@Suite struct SlabTests {
    @Test func slotsAreReusedLastFreedFirst() {
        var slab = Slab<Int>(limit: 512) { Int($0) }
        let first = (0..<3).map { _ in slab.take() }
        #expect(first == [0, 1, 2])
        slab[1].value = 42
        slab.give(1)
        slab.give(0)
        #expect(slab.take() == 0)
        #expect(slab.take() == 1)
        #expect(slab[1].value == 42, "a slot keeps what its last occupant left")
        #expect(slab.count == 3)
    }

    @Test func itGrowsToItsLimitAndNoFurther() {
        var slab = Slab<Int32>(limit: 1_000) { $0 }
        var taken: Set<Int32> = []
        while true {
            let index = slab.take()
            if index < 0 { break }
            #expect(taken.insert(index).inserted)
            #expect(slab[index].value == index)
        }
        #expect(taken.count == 1_024, "whole chunks")
        #expect(slab.capacity == 1_024)
        slab.give(77)
        #expect(slab.take() == 77)
        #expect(slab.take() == -1)
    }

    @Test func addressesStayGoodWhileItGrows() {
        var slab = Slab<Int>(limit: 100_000) { _ in 0 }
        let first = slab.take()
        let place = slab[first]
        place.value = 7
        for _ in 0..<50_000 { _ = slab.take() }
        #expect(place == slab[first])
        place.value += 1
        #expect(slab[first].value == 8)
    }

    @Test func whatSlotsHoldIsFreedWithIt() {
        final class Thing {}
        weak var thing: Thing?
        do {
            var slab = Slab<Thing?>(limit: 512) { _ in nil }
            let index = slab.take()
            let made = Thing()
            slab[index].value = made
            thing = made
            #expect(thing != nil)
            slab.give(index)
        }
        #expect(thing == nil)
    }
}
