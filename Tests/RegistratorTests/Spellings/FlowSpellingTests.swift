import Testing

@testable import Registrator

@Suite struct FlowSpellingTests {
    @Test(
        arguments: [
            (["servicePath": "/api"], "host=* path=/api"),
            (
                ["servicePath": "/a,/b", "serviceDomain": "a.example,*.b.example"],
                "host=a.example,*.b.example path=/a,/b"
            ),
            (["serviceDomain": "a.example", "port": "3000"], "3000: host=a.example"),
            (["serviceDomain": "a.example", "httpsOnly": "true"], "host=a.example https=redirect"),
            (["serviceDomain": "a.example", "sessionType": "sticky-server"], "host=a.example sticky"),
            (
                ["serviceDomain": "a.example", "allowedMethods": "GET,POST"],
                #"route="host=a.example methods=GET,POST""#
            ),
            (
                ["servicePath": "/old", "reqPathSearchReplace": "^/old,/new"],
                #"route="host=* path=/old rewrite=\"^/old(?<rest>.*)$ /new${rest}\"""#
            ),
            (
                ["servicePath.1": "/a", "port.1": "80", "servicePath.2": "/b", "port.2": "9000"],
                "80: host=* path=/a; 9000: host=* path=/b"
            ),
            (["isDefaultBackend": "true"], "host=*"),
            (
                ["serviceDomain": "a.example", "redirectFromDomain": "old.example"],
                #"route_1=host=a.example route_2="host=old.example redirect=$scheme://a.example$request_uri""#
            ),
        ] as [([String: String], String)])
    func `labels are attributes`(labels: [String: String], words: String) {
        var all = ["com.df.notify": "true"]
        for (name, value) in labels { all["com.df." + name] = value }
        let said = Said(all)
        #expect(said.words == words)
        #expect(said.problems == [])
    }

    @Test(
        arguments: [
            (["com.df.servicePath": "/a"], ["(com.df.servicePath: it is not read without com.df.notify=true)"]),
            (["com.df.servicePath": "/a", "com.df.notify": "false"], []),
            (
                ["com.df.notify": "true", "com.df.servicePaht": "/a"],
                [#"com.df.servicePaht: it is not read: did you mean "com.df.servicePath"?"#]
            ),
            (
                ["com.df.notify": "true", "com.df.servicePath": "/a", "com.df.reqMode": "tcp"],
                [#"com.df.reqMode: "tcp" is forwarded by the edge's listeners, not by routes"#]
            ),
            (
                ["com.df.notify": "true", "com.df.timeoutTunnel": "5"],
                ["(com.df.timeoutTunnel: nothing follows from it here)"]
            ),
        ] as [([String: String], [String])])
    func `what nothing follows from is named`(labels: [String: String], problems: [String]) {
        let said = Said(labels)
        #expect(said.words == "")
        #expect(said.problems == problems)
    }
}
