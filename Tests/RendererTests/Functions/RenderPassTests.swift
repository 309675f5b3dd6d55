import Renderer
import Testing

/// What a pass notes, hands out and refuses.
@Suite struct RenderPassTests {
    private func render(_ template: String, _ pass: RenderPass) throws -> String {
        String(decoding: try TemplateSource(name: "t", text: template).render(pass), as: UTF8.self)
    }

    private func question(_ query: StoreQuery) -> Dependency { Dependency(.store(query)) }

    @Test func `questions are told in the order of first asking, also after an error`() throws {
        let pass = RenderPass()
        #expect(throws: RenderError.self) {
            try render(#"{{key "b"}}{{range ls "p"}}{{end}}{{key "b"}}{{file "/f"}}{{parseInt "x"}}"#, pass)
        }
        #expect(pass.used.map(\.description) == ["kv.block(b)", "kv.list(p)", "file(/f)"])
        #expect(pass.missing == pass.used)
    }

    @Test func `an answer that says there is nothing`() throws {
        let get = question(try .key("a", isBlocking: false))
        let block = question(try .key("a", isBlocking: true))
        let pass = RenderPass(answers: [get: .text(nil), block: .text(nil)])
        #expect(
            try render(#"{{keyOrDefault "a" "d"}} {{keyExists "a"}} {{with keyExistsGet "a"}}{{.Exists}}{{end}}"#, pass)
                == "d false false")
        #expect(pass.missing.isEmpty)
        #expect(try render(#"{{key "a"}}"#, pass) == "")
        #expect(pass.missing == [block])
    }

    @Test func `an empty list is no answer to the safe forms`() throws {
        let list = question(try .prefix("p"))
        let pass = RenderPass(answers: [list: .pairs([])])
        _ = try render(#"{{range ls "p"}}{{end}}"#, pass)
        #expect(pass.missing.isEmpty)
        _ = try render(#"{{range safeTree "p"}}{{end}}"#, pass)
        #expect(pass.missing == [list])
    }

    @Test func `values need not be UTF-8`() throws {
        let key = question(try .key("a", isBlocking: true))
        let pass = RenderPass(answers: [key: .value([0x61, 0xFF])])
        #expect(
            try TemplateSource(name: "", text: #"{{key "a" | toUpper}}{{key "a"}}"#).render(pass).suffix(2) == [
                0x61, 0xFF,
            ])
    }

    @Test func `a memo gives one value for one answer`() throws {
        let services = question(try .service("web"))
        var service = HealthService()
        service.id = "web-1"
        let memo = AnswerMemo()
        let first = RenderPass(answers: [services: .services([service])], memo: memo)
        #expect(try render(#"{{range service "web"}}{{.ID}}{{end}}"#, first) == "web-1")
        service.id = "web-2"
        let second = RenderPass(answers: [services: .services([service])], memo: memo)
        #expect(try render(#"{{range service "web"}}{{.ID}}{{end}}"#, second) == "web-2")
        memo.keep(only: [])
        #expect(try render(#"{{range service "web"}}{{.ID}}{{end}}"#, second) == "web-2")
    }

    @Test func `what is not given is refused`() throws {
        let calls = [
            #"secret "a""#: "there is no Vault here", #"nomadVar "a""#: "there is no Nomad here",
            #"plugin "true""#: "programs may not be run",
            #"writeToFile "/x" "" "" "0644" "c""#: "files may not be written",
        ]
        for (call, reason) in calls {
            #expect {
                try render("{{\(call)}}", RenderPass())
            } throws: {
                "\($0)".contains(reason)
            }
        }
    }

    @Test func `a file that a template wants written`() throws {
        let written = WrittenFiles()
        var effects = RenderEffects()
        effects.writeFile = { write in written.add(write) }
        let pass = RenderPass(effects: effects)
        #expect(try render(#"{{"c" | writeToFile "/f" "u" "" "0640" "append,newline"}}"#, pass) == "")
        let write = try #require(written.all.first)
        #expect(write.path == "/f" && write.user == "u" && write.permissions == 0o640 && write.appends)
        #expect(write.contents == Array("c\n".utf8))
        #expect(throws: RenderError.self) { try render(#"{{"c" | writeToFile "/f" "" "" "9"}}"#, pass) }
    }

    @Test func `secrets stay out of messages`() throws {
        let secret = Dependency(.foreign(.vault, function: "vault.read", path: "a"))
        let pass = RenderPass(answers: [secret: .secret(["pw": "hidden"])], sources: [.vault])
        #expect {
            try render(#"{{with secret "a"}}{{parseInt .Data.pw}}{{end}}"#, pass)
        } throws: {
            "\($0)".contains(#"parsing "[redacted]""#) && !"\($0)".contains("hidden")
        }
    }

    @Test func `a sandbox holds, also against links`() throws {
        let folder = try SandboxFolder()
        let pass = RenderPass(sandbox: folder.inner)
        #expect(try render("{{file \"\(folder.inner)/ok\"}}", pass) == "")
        for path in ["\(folder.inner)/../out", "\(folder.inner)/link", "/etc/passwd", "\(folder.inner)/none"] {
            #expect(throws: RenderError.self) { try render("{{file \"\(path)\"}}", pass) }
        }
    }

    @Test func `limits and the wish to stop end an execution`() throws {
        var options = TemplateSource.Options()
        options.stepLimit = 1000
        let source = try TemplateSource(name: "", text: "{{range loop 100000}}x{{end}}", options: options)
        #expect {
            try source.render(RenderPass())
        } throws: {
            ($0 as? RenderError)?.kind == .limit
        }
        let stopped = RenderPass(shouldStop: { true })
        #expect {
            try TemplateSource(name: "", text: "{{range loop 100000}}x{{end}}").render(stopped)
        } throws: {
            ($0 as? RenderError)?.kind == .stopped
        }
    }

    @Test func `errors tell kind and line`() {
        #expect {
            try TemplateSource(name: "f.ctmpl", text: "a\n{{if}}")
        } throws: {
            let error = $0 as? RenderError
            return error?.kind == .syntax && error?.line == 2
                && "\($0)" == "parse: template: f.ctmpl:2: missing value for if"
        }
    }
}
