import Testing

@testable import Registrator

@Suite struct FabioSpellingTests {
    @Test(arguments: [
        ("urlprefix-a.example/", "host=a.example"), ("urlprefix-A.Example:80/api", "host=a.example path=/api"),
        ("urlprefix-/api", "host=* path=/api"), ("urlprefix-*.b.example/", "host=*.b.example"),
        ("urlprefix-a*.example/", #"host=~^a.*\.example$"#),
        ("urlprefix-a.example/api strip=/api", "host=a.example path=/api strip=/api"),
        (
            "urlprefix-a.example/api strip=/api prepend=/v2",
            #"route="host=a.example path=/api strip=/api rewrite=\"^(.*)$ /v2$1\"""#
        ),
        ("urlprefix-a.example/ proto=grpc weight=3", "host=a.example protocol=grpc weight=3"),
        ("urlprefix-a.example/ proto=https tlsskipverify=true", "host=a.example protocol=https tls_verify=false"),
        (
            "urlprefix-a.example/ redirect=302,https://b.example$path",
            #"route="host=a.example redirect=\"https://b.example$request_uri 302\"""#
        ),
    ])
    func `a tag is a route`(tag: String, words: String) {
        let said = Said([:], tags: [80: ["other", tag]])
        #expect(said.words == words)
        #expect(said.problems == [])
    }

    @Test(arguments: [
        ("urlprefix-:3306 proto=tcp", "", "there is no path"),
        ("urlprefix-a.example/ proto=tcp", "host=a.example", "proto=tcp is not spoken by routes"),
        ("urlprefix-a.example/ weight=0.1", "host=a.example", "weight=0.1 is a share of all traffic"),
        ("urlprefix-a.example/ redirect=99,x", "host=a.example", "redirect=99,x is not CODE,URL"),
        ("urlprefix-a.example/ host=dst", "host=a.example", "host=dst: endpoints are always sent"),
        ("urlprefix-a.example/ frob=1", "host=a.example", "the option frob is not read"),
        ("urlprefix-a.example/ allow=ip:x", "host=a.example deny=0.0.0.0/0,::/0", #"allow has "x""#),
        ("urlprefix-a.example/ auth=staff", "host=a.example basic_auth", "passwords are the edge's"),
    ])
    func `what cannot be is named`(tag: String, words: String, problem: String) {
        let said = Said([:], tags: [80: [tag]])
        #expect(said.words == words)
        #expect(said.problems.count == 1)
        #expect(said.problems.first?.hasPrefix("\(tag): \(problem)") == true, "\(said.problems)")
    }

    @Test func `a redirect to https of the same host is the route's https`() {
        let said = Said([:], tags: [80: ["urlprefix-a.example/ redirect=301,https://a.example$path"]])
        #expect(said.words == "host=a.example https=redirect")
        #expect(said.problems == [])
    }

    @Test func `tags are read of SERVICE_TAGS, whose commas divide redirects too`() {
        let said = Said(
            ["SERVICE_TAGS": "urlprefix-a.example/ redirect=301,https://b.example/,urlprefix-c.example/x"],
            env: ["SERVICE_8080_TAGS": "urlprefix-d.example/"], ports: [80, 8080])
        #expect(
            said.words == #"80: route_1="host=a.example redirect=https://b.example/" "#
                + #"route_2="host=c.example path=/x"; 8080: host=d.example"#)
        #expect(said.problems == [])
    }
}
