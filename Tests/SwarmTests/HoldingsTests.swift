import Testing

@testable import Swarm

@Suite("Images, networks and volumes of the cluster")
struct HoldingsTests {
    private func engine(
        _ number: Int, images: [String] = [], networks: [String] = [], volumes: [String] = []
    ) throws -> EngineHoldings {
        func rows(_ texts: [String]) throws -> [JSONValue] { try texts.map { try JSONValue(parsing: Array($0.utf8)) } }
        return EngineHoldings(
            id: "E\(number)", name: "dh\(number)", address: "10.0.0.\(number):2375", images: try rows(images),
            networks: try rows(networks), volumes: try rows(volumes))
    }

    private func image(_ id: String, _ tags: String, created: Int, labels: String = "null") -> String {
        #"{"Id":"sha256:\#(id)","RepoTags":[\#(tags)],"RepoDigests":[],"Created":\#(created),"Labels":\#(labels)}"#
    }

    private func filters(_ text: String) throws -> ListFilters {
        try ListFilters(text, known: ImageList.filters.union(NetworkList.filters).union(VolumeList.filters))
    }

    @Test("images: one row each, tags of all engines, newest first")
    func listsImages() throws {
        let engines = [
            try engine(
                1, images: [image("aaaa", #""lab:1""#, created: 5), image("bbbb", #""<none>:<none>""#, created: 9)]),
            try engine(
                2,
                images: [
                    image("aaaa", #""lab:1","lab:2""#, created: 5, labels: #"{"a":"1"}"#),
                    image("cccc", #""reg:5000/x:latest""#, created: 7),
                ]),
        ]
        func ids(_ text: String) throws -> [String] {
            try ImageList.list(engines, filters(text)).map { String(($0["Id"].text ?? "").suffix(4)) }
        }
        #expect(try ids("") == ["bbbb", "cccc", "aaaa"])
        #expect(try ImageList.list(engines, ListFilters())[2]["RepoTags"].texts == ["lab:1", "lab:2"])
        #expect(try ids(#"{"node":["dh1"]}"#) == ["bbbb", "aaaa"])
        #expect(try ids(#"{"dangling":["true"]}"#) == ["bbbb"])
        #expect(try ids(#"{"before":["reg:5000/x"]}"#) == ["aaaa"])
        #expect(try ids(#"{"since":["lab:1"]}"#) == ["bbbb", "cccc"])
        #expect(try ids(#"{"reference":["lab*"]}"#) == ["aaaa"])
        #expect(try ids(#"{"reference":["lab"]}"#) == ["aaaa"])
        #expect(throws: RequestError.self) { try ids(#"{"dangling":["maybe"]}"#) }
        #expect(throws: RequestError.self) { try ids(#"{"since":["none"]}"#) }
        for name in ["lab:1", "sha256:aaaa", "aaaa"] {
            #expect(ImageList.holders(of: name, engines).map(\.name) == ["dh1", "dh2"], "\(name)")
        }
        #expect(ImageList.holders(of: "reg:5000/x", engines).map(\.name) == ["dh2"])
        #expect(ImageList.holders(of: "lab", engines).isEmpty && ImageList.holders(of: "", engines).isEmpty)
    }

    @Test("networks: local ones under their engine's name, others once; what names mean")
    func listsNetworks() throws {
        func network(_ id: String, _ name: String, _ scope: String) -> String {
            #"{"Name":"\#(name)","Id":"\#(id)","Scope":"\#(scope)","Driver":"\#(scope == "local" ? "bridge" : "overlay")","Labels":{}}"#
        }
        let engines = [
            try engine(
                1,
                networks: [
                    network("1111aaaa", "bridge", "local"), network("9999", "over", "global"),
                    network("3333", "front", "local"),
                ]),
            try engine(2, networks: [network("2222", "bridge", "local"), network("9999", "over", "global")]),
        ]
        func names(_ text: String) throws -> [String] {
            try NetworkList.list(engines, filters(text)).compactMap { $0["Name"].text }
        }
        #expect(try names("") == ["dh1/bridge", "dh1/front", "dh2/bridge", "over"])
        #expect(try names(#"{"type":["custom"]}"#) == ["dh1/front", "over"])
        #expect(try names(#"{"node":["dh2"]}"#) == ["dh2/bridge"])
        #expect(try names(#"{"name":["bridge"]}"#) == ["dh1/bridge", "dh2/bridge"])
        #expect(try names(#"{"driver":["overlay"]}"#) == ["over"])
        #expect(throws: RequestError(400, "invalid filter: 'type'='odd'")) { try names(#"{"type":["odd"]}"#) }
        #expect(NetworkList.find("bridge", engines) == nil)
        #expect(NetworkList.find("dh2/bridge", engines)?.id == "2222")
        #expect(NetworkList.find("E1/bridge", engines)?.id == "1111aaaa")
        #expect(NetworkList.find("front", engines)?.id == "3333" && NetworkList.find("over", engines)?.id == "9999")
        #expect(NetworkList.find("11", engines)?.id == "1111aaaa" && NetworkList.find("x", engines) == nil)
        #expect(NetworkList.find("", engines) == nil)
    }

    @Test("volumes: local ones under their engine's name, others once; of several the one that is shared")
    func listsVolumes() throws {
        func volume(_ name: String, _ driver: String) -> String {
            #"{"Name":"\#(name)","Driver":"\#(driver)","Labels":{"app":"\#(name)"}}"#
        }
        let engines = [
            try engine(1, volumes: [volume("v1", "local"), volume("nfs1", "nfs")]),
            try engine(2, volumes: [volume("v1", "local"), volume("nfs1", "nfs"), volume("v2", "local")]),
        ]
        func names(_ text: String) throws -> [String] {
            VolumeList.list(engines, try filters(text)).compactMap { $0["Name"].text }
        }
        #expect(try names("") == ["dh1/v1", "dh2/v1", "dh2/v2", "nfs1"])
        #expect(try names(#"{"node":["dh1"]}"#) == ["dh1/v1", "nfs1"])
        #expect(try names(#"{"label":["app=v2"]}"#) == ["dh2/v2"])
        #expect(VolumeList.find("v1", engines) == nil && VolumeList.find("dh2/v1", engines)?.engine.name == "dh2")
        #expect(VolumeList.find("v2", engines)?.engine.name == "dh2")
        #expect(VolumeList.find("nfs1", engines)?.name == "nfs1" && VolumeList.matches("v1", engines).count == 2)
    }

    @Test("Compose finds its project's networks and volumes by the names that it gave them")
    func answersCompose() throws {
        let labels = #""Labels":{"com.docker.compose.project":"shop"}"#
        let engines = [
            try engine(
                1, networks: [#"{"Id":"n1","Name":"shop_default","Scope":"local",\#(labels)}"#],
                volumes: [#"{"Name":"shop_data","Driver":"local",\#(labels)}"#])
        ]
        for (text, start) in [(#"{"label":["com.docker.compose.project=shop"]}"#, ""), ("", "dh1/")] {
            let names =
                try NetworkList.list(engines, filters(text)).map { $0["Name"].text }
                + VolumeList.list(engines, filters(text)).map { $0["Name"].text }
            #expect(names == ["\(start)shop_default", "\(start)shop_data"])
        }
    }
}
