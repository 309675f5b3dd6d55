import Testing

@testable import Registrator

@Suite struct VirtualSpellingTests {
    @Test(
        arguments: [
            (["VIRTUAL_HOST": "foo.example.com"], "host=foo.example.com"),
            (["VIRTUAL_HOST": "Foo.example.com, *.bar.example"], "host=foo.example.com,*.bar.example"),
            (["VIRTUAL_HOST": "foo.*"], "host=foo.*"), (["VIRTUAL_HOST": "www.foo.*"], #"host=~^www\.foo\..+$"#),
            (["VIRTUAL_HOST": #"~^foo\.bar\..*\.example"#], #"host=~^foo\.bar\..*\.example"#),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PORT": "3000"], "3000: host=a.example"),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "/api"], "host=a.example path=/api"),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "~^/(a|b)/"], "host=a.example path=~^/(a|b)/"),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "= /x"], "host=a.example path==/x"),
            (
                ["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "/api", "VIRTUAL_DEST": "/"],
                "host=a.example path=/api strip=/api"
            ),
            (
                ["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "/api", "VIRTUAL_DEST": "/v2/"],
                #"route="host=a.example path=/api strip=/api rewrite=\"^(.*)$ /v2$1\"""#
            ),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PROTO": "grpcs"], "host=a.example protocol=grpcs"),
            (["VIRTUAL_HOST": "a.example", "VIRTUAL_PROTO": "http"], "host=a.example"),
            (["VIRTUAL_HOST": "a.example", "HTTPS_METHOD": "noredirect"], "host=a.example https=both"),
            (["VIRTUAL_HOST": "a.example", "FORCE_SSL": "true"], "host=a.example https=redirect"),
            (["VIRTUAL_HOST": "a.example", "CERT_NAME": "shared"], "host=a.example certificate=shared"),
            (
                ["VIRTUAL_HOST": "a.example", "LETSENCRYPT_HOST": "a.example"], "host=a.example acme=a.example"
            ),
            (["VIRTUAL_HOST": "http://a.example:80, b.example/"], "host=a.example,b.example"),
            (["VIRTUAL_HOST": "https://a.example"], "host=a.example https=only"),
            (
                ["VIRTUAL_HOST": "a.example/x, b.example/y/*", "VIRTUAL_HOST_WEIGHT": "3"],
                #"route_1="host=a.example path==/x priority=3" route_2="host=b.example path=/y/ priority=3""#
            ),
            (["VIRTUAL_HOST": "*"], "host=*"), (["VIRTUAL_HOST": "a*.example"], #"host=~^a.*\.example$"#),
            (["VIRTUAL_HOST": "a.example", "BALANCE": "leastconn"], "host=a.example balance=least-connections"),
            (
                ["VIRTUAL_HOST": "a.example", "HSTS": "max-age=60"],
                #"route="host=a.example response_headers.set.Strict-Transport-Security=max-age=60""#
            ),
            (["HTTPS_METHOD": "redirect", "BALANCE": "leastconn"], ""),
        ] as [([String: String], String)])
    func `variables are attributes`(env: [String: String], words: String) {
        let said = Said([:], env: env)
        #expect(said.words == words)
        #expect(said.problems == [])
        #expect(Said(env).words == words)
    }

    @Test func `hosts on several ports`() {
        let yaml = """
            a.example:
            b.example:
              "/":
                port: 8080
              "/api":
                port: 9000
                dest: "/"
                proto: grpc
            """
        let said = Said([:], env: ["VIRTUAL_HOST_MULTIPORTS": yaml, "VIRTUAL_HOST": "c.example"])
        #expect(
            said.words == "80: host=a.example; 8080: host=b.example; "
                + "9000: host=b.example path=/api strip=/api protocol=grpc")
        #expect(said.problems == [])
    }

    @Test(
        arguments: [
            (
                ["VIRTUAL_HOST": "a", "VIRTUAL_PORT": "web"],
                #"VIRTUAL_PORT: "web" is no port: it is a number from 1 to 65535"#
            ),
            (
                ["VIRTUAL_HOST": "a", "VIRTUAL_PROTO": "htps"],
                #"VIRTUAL_PROTO: "htps" is not spoken to endpoints: did you mean https?"#
            ),
            (
                ["VIRTUAL_HOST": "a", "VIRTUAL_PROTO": "fastcgi"],
                #"VIRTUAL_PROTO: "fastcgi" is not spoken to endpoints: it is one of http, https, grpc, grpcs"#
            ),
            (
                ["VIRTUAL_HOST": "a", "HTTPS_METHOD": "redirct"],
                #"HTTPS_METHOD: "redirct" is none: did you mean redirect?"#
            ),
            (
                ["VIRTUAL_HOST": "tcp://a:25"],
                #"VIRTUAL_HOST: "tcp://a:25": routes are for http and https, not for tcp"#
            ),
            (["VIRTUAL_PORT": "80"], "(VIRTUAL_PORT: it does nothing without VIRTUAL_HOST)"),
            (
                ["VIRTUAL_HOST": "a", "VIRTUAL_PATH": "api"],
                #"VIRTUAL_HOST: path is "api": it is /PREFIX, =/EXACT or ~REGEX"#
            ),
            (
                ["VIRTUAL_HOST_MULTIPORTS": "a:\n  /:\n    prot: 1"],
                #"VIRTUAL_HOST_MULTIPORTS: 3:5: unknown key "prot" in a path: did you mean "port"?"#
            ),
        ] as [([String: String], String)])
    func `what is wrong is named with what would be right`(env: [String: String], problem: String) {
        #expect(Said([:], env: env).problems == [problem])
    }
}
