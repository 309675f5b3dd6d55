import Testing

@testable import Swarm

@Suite("Events of the cluster")
struct ClusterEventTests {
    private static let origin = ClusterEvent.Origin(
        name: "dh1", id: "MQXN|10.99.0.11:2375", address: "10.99.0.11:2375", ip: "10.99.0.11")

    private func event(_ text: String) throws -> ClusterEvent {
        ClusterEvent(engineEvent: try JSONValue(parsing: Array(text.utf8)), origin: Self.origin)
    }

    private func start(_ id: String, at time: Int64, image: String = "lab:1") throws -> ClusterEvent {
        try event(
            #"{"status":"start","id":"\#(id)","from":"\#(image)","Type":"container","Action":"start","Actor":{"ID":"\#(id)","Attributes":{"image":"\#(image)","name":"web","app":"shop"}},"scope":"local","time":1,"timeNano":\#(time)}"#
        )
    }

    @Test("an engine's event says where it happened, in every place that clients look at")
    func tellsWhere() throws {
        let text = String(decoding: try start("ab", at: 5).octets, as: UTF8.self)
        #expect(text.contains(#""from":"lab:1 node:dh1""#))
        #expect(
            text.contains(
                #""node.name":"dh1","node.id":"MQXN|10.99.0.11:2375","node.addr":"10.99.0.11:2375","node.ip":"10.99.0.11"}"#
            ))
        #expect(
            text.hasSuffix(
                #""node":{"Name":"dh1","Id":"MQXN|10.99.0.11:2375","Addr":"10.99.0.11:2375","Ip":"10.99.0.11"}}"#))
        let network = try event(
            #"{"Type":"network","Action":"connect","Actor":{"ID":"n1","Attributes":{"container":"abcdefabcdef00"}}}"#)
        #expect(String(decoding: network.octets, as: UTF8.self).contains(#""from":" node:dh1""#))
        let change = ClusterEvent(change: "engine_connect", time: 3_000_000_001, origin: Self.origin)
        #expect(change.type == "swarm" && change.action == "engine_connect" && change.time == 3_000_000_001)
    }

    @Test(
        "filters",
        arguments: [
            ("{}", true), (#"{"type":["container"]}"#, true), (#"{"type":["image"]}"#, false),
            (#"{"event":["start","die"]}"#, true), (#"{"event":["die"]}"#, false), (#"{"container":["web"]}"#, true),
            (#"{"container":{"ab":true}}"#, true), (#"{"container":["db"]}"#, false), (#"{"image":["lab"]}"#, true),
            (#"{"image":["lab:1"]}"#, true), (#"{"label":["app=shop"]}"#, true), (#"{"label":["app=x"]}"#, false),
            (#"{"node":["dh1"]}"#, true), (#"{"node":["dh2"]}"#, false), (#"{"service":["x"]}"#, false),
            (#"{"volume":["x"]}"#, false),
        ])
    func filters(_ text: String, _ isAllowed: Bool) throws {
        #expect(try EventQuery(["filters": text]).allows(start("ab", at: 5)) == isAllowed)
    }

    @Test("an exec's event has its command behind a colon")
    func readsActions() throws {
        let event = try event(#"{"Type":"container","Action":"exec_start: sh -c x","Actor":{"ID":"a"}}"#)
        #expect(event.action == "exec_start")
        #expect(try EventQuery(["filters": #"{"event":["exec_start"]}"#]).allows(event))
    }

    @Test("moments: whole and broken seconds, and what is none")
    func readsMoments() throws {
        #expect(try EventQuery(["since": "1795486842.089"]).since == 1_795_486_842_089_000_000)
        #expect(try EventQuery(["until": "7"]).until == 7_000_000_000)
        #expect(try EventQuery(["since": "", "until": "0"]).since == nil)
        for text in ["yesterday", "1.x", "99999999999999", "1.-5", "-", "."] {
            #expect(throws: RequestError.self) { try EventQuery(["since": text]) }
        }
    }

    @Test("the ring keeps the last, and gives them by their times")
    func remembers() throws {
        var ring = EventRing(capacity: 3)
        for (id, time) in [("a", 10), ("b", 30), ("c", 20), ("d", 40)] { ring.add(try start(id, at: Int64(time))) }
        var query = EventQuery()
        #expect(ring.events(query).isEmpty)
        query.since = 0
        #expect(ring.events(query).map(\.actorID) == ["c", "b", "d"])
        query.since = 25
        query.until = 35
        #expect(ring.events(query).map(\.actorID) == ["b"])
    }
}
