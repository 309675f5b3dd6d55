import Foundation
import Lab
import Testing

@testable import Renderer

@Suite(.timeLimit(.minutes(1))) struct PluginTests {
    private let environment = ["PATH": "/usr/bin:/bin", "SHOWN": "yes"]
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func failure(_ name: String, _ arguments: String..., timeout: Duration = .seconds(20)) -> String {
        do {
            let output = try TemplateEffects.runPlugin(name, arguments, environment: environment, timeout: timeout)
            return "none: \(String(decoding: output, as: UTF8.self))"
        } catch {
            return "\(error)"
        }
    }

    private func words(_ reason: String, output: String = "", errors: String = "") -> String {
        "\(reason)\n\nstdout:\n\n\(output)\n\nstderr:\n\n\(errors)"
    }

    @Test func `a program's output is the answer, and it sees the environment`() throws {
        #expect(
            try TemplateEffects.runPlugin("sh", ["-c", "echo $SHOWN; echo aside >&2"], environment: environment)
                == Array("yes\n".utf8))
    }

    @Test func `a program inherits nothing but its input, output and errors`() throws {
        let file = unsafe open("/dev/null", O_RDONLY)
        defer { close(file) }
        try #require(file > 2)
        let script = "for n in 0 1 2 \(file); do [ -e /proc/$$/fd/$n ] && echo $n; done; true"
        let output = try TemplateEffects.runPlugin("sh", ["-c", script], environment: environment)
        #expect(String(decoding: output, as: UTF8.self) == "0\n1\n2\n")
    }

    @Test func `what goes wrong is told in consul-template's words`() throws {
        #expect(
            failure("sh", "-c", "echo out; echo err >&2; exit 3")
                == words("exec \"sh\": exit status 3", output: "out\n", errors: "err\n"))
        #expect(failure("sh", "-c", "kill -TERM $$") == words("exec \"sh\": signal: terminated"))
        #expect(failure("sh", "-c", "kill -KILL $$") == words("exec \"sh\": signal: killed"))
        #expect(
            failure("no-such-program")
                == words("exec \"no-such-program\": exec: \"no-such-program\": executable file not found in $PATH"))
        #expect(failure("/no/such") == words("exec \"/no/such\": fork/exec /no/such: no such file or directory"))
        let plain = try folder.write("plain", "#!/bin/sh\n")
        #expect(failure(plain) == words("exec \"\(plain)\": fork/exec \(plain): permission denied"))
    }

    @Test func `one that takes too long is killed`() {
        #expect(failure("sleep", "1000", timeout: .seconds(1)) == "exec \"sleep\": did not finish in 1s")
    }
}
