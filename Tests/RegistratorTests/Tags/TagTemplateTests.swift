@testable import DockerEngine
import Testing

@testable import Registrator

/// `-tags` as a Go template, with gliderlabs' functions.
struct TagTemplateTests {
    private static let document = #"""
        {"Id": "e20f9c1a76565d62ae24a3bb877b17b862b6eab94f4e95a0e07ccf25087aaf4f", "Name": "/web", "State": {"Pid": 42},
         "Config": {"Env": ["ENVIRONMENT=test", "SERVICE_8105_NAME=foo", "HOME=/home/foobar", "SERVICE_9404_NAME=bar"],
                    "Labels": {"arn": "arn:aws:ecs:region:task/368f", "json": "{\"a\": {\"b\": \"c\", \"n\": 7}}"}},
         "Args": [], "HostConfig": {"Memory": null, "Ulimits": [1, "x"], "Binds": null}}
        """#

    private static var container: ContainerDetails {
        ContainerDetails(id: "e20f", name: "web", document: Array(document.utf8))
    }

    @Test(arguments: [
        (#"{{strSlice .ID 0 12}}"#, "e20f9c1a7656"),
        (#"{{strSlice "TestString" 4}}"#, "String"),
        (#"{{strSlice "abc" 2 1}}{{strSlice "abc" 9}}{{strSlice "abc" -1 2}}"#, "cabcabc"),
        (
            #"{{sIndex 0 .Config.Env}} {{sIndex -1 .Config.Env}} {{sIndex 9 .Config.Env}}"#,
            "ENVIRONMENT=test SERVICE_9404_NAME=bar SERVICE_9404_NAME=bar"
        ),
        (#"{{sIndex -9 .Config.Env}}"#, "ENVIRONMENT=test"),
        (#"{{mIndex "arn" .Config.Labels}}{{mIndex "none" .Config.Labels}}"#, "arn:aws:ecs:region:task/368f"),
        (#"{{index .Config.Labels "arn"}}"#, "arn:aws:ecs:region:task/368f"),
        (#"{{toUpper "foo"}}{{toLower "FoO"}}"#, "FOOfoo"),
        (#"{{replace -1 "=" "" "=foo="}} {{replace 1 "=" "" "=foo="}} {{replace 0 "=" "" "=f"}}"#, "foo foo= =f"),
        (
            #"{{join ";" .Config.Env}}"#,
            "ENVIRONMENT=test;SERVICE_8105_NAME=foo;HOME=/home/foobar;SERVICE_9404_NAME=bar"
        ),
        (#"{{split "," "/a,/b,/c"}}"#, "[/a /b /c]"),
        (#"{{splitIndex -1 "/" (mIndex "arn" .Config.Labels)}}"#, "368f"),
        (#"{{matchFirstElement "^SERVICE_" .Config.Env}}"#, "SERVICE_8105_NAME=foo"),
        (#"{{matchFirstElement "^NONE_" .Config.Env}}"#, ""),
        (#"{{matchAllElements "^SERVICE_\\d+" .Config.Env}}"#, "[SERVICE_8105_NAME=foo SERVICE_9404_NAME=bar]"),
        (#"{{.Config.Env | matchFirstElement "^HOME=" | split "=" | sIndex 1}}"#, "/home/foobar"),
        (
            #"{{jsonParse (mIndex "json" .Config.Labels) "a::b"}}{{jsonParse (mIndex "json" .Config.Labels) "a::n"}}"#,
            "c7"
        ),
        (#"{{.State.Pid}}{{.Name}}{{len .Args}}"#, "42/web0"),
        (#"a,{{with .HostConfig.Memory}}x{{end}}b"#, "a,b"),
        ("plain,t", "plain,t"),
    ])
    func `functions`(_ text: String, _ expected: String) throws {
        #expect(try TagTemplate(text).text(for: Self.container) == expected)
    }

    @Test(arguments: ["{{", "{{nosuch .ID}}", "{{httpGet \"http://x/\"}}", "{{end}}"])
    func `what is no template is refused at once`(_ text: String) {
        #expect(throws: TagTemplateError.self) { try TagTemplate(text) }
    }

    @Test func `what fails for a container costs it these tags alone`() throws {
        let template = try TagTemplate("{{sIndex 0 .Args}}")
        let rules = ServiceRules.made { $0.tags = template }
        var container = RunCommand.container("--name a -p 1:80 -e SERVICE_TAGS=x lab:1")
        container.document = Self.container.document
        let reading = ServiceReader(rules).read(container)
        #expect(reading.services.map(\.tags) == [["x"]])
        #expect(reading.notices.contains { $0.isProblem && $0.text.contains("sIndex") })
    }

    @Test func `without the engine's answer there is what is known`() throws {
        let container = RunCommand.container("--name a -p 1:80 -e K=v -l l=m lab:1")
        #expect(
            try TagTemplate("{{.Name}}{{sIndex 0 .Config.Env}}{{mIndex \"l\" .Config.Labels}}").text(for: container)
                == "/aK=vm")
    }
}
