import GoFlags
import Testing

@testable import Renderer

@Suite struct TemplateArgumentTests {
    @Test(
        arguments: [
            ("in", "in", nil, nil), ("in:out", "in", "out", nil), ("in:out:cmd", "in", "out", "cmd"),
            ("in:out:cmd -x a:b", "in", "out", "cmd -x a:b"),
            ("/in.ctmpl:/out:nginx -s reload", "/in.ctmpl", "/out", "nginx -s reload"),
            // Several colons are one, in the command too.
            ("in::out", "in", "out", nil), (":in:", "in", nil, nil), ("in:out:", "in", "out", nil),
            ("in:out:curl http://h:80/", "in", "out", "curl http://h:80/"), ("in:out:aa::bb", "in", "out", "aa:bb"),
            // One letter before a colon is a drive.
            ("C:\\in:D:\\out:cmd", "C:\\in", "D:\\out", "cmd"), ("a:b", "a:b", nil, nil),
            ("in:c:/d", "in", "c:/d", nil),
            ("a:", "a", nil, nil), ("a::bb", "a", "bb", nil), ("1:bb", "1", "bb", nil),
            (" in : out ", " in ", " out ", nil), ("\u{E9}:\u{1F600}", "\u{E9}", "\u{1F600}", nil),
        ] as [(String, String, String?, String?)])
    func `is cut at colons`(text: String, source: String, destination: String?, command: String?) throws {
        let argument = try TemplateArgument(text)
        #expect(argument.source == source)
        #expect(argument.destination == destination)
        #expect(argument.command == command)
    }

    @Test(arguments: ["", " ", "\n", ":", ":::"])
    func `is not empty`(text: String) {
        #expect(throws: FlagValueError("template: cannot be empty")) { try TemplateArgument(text) }
    }
}
