import Testing

/// Each rule on a sample that breaks it and on one that only looks so.
@Suite struct RulesCanFailTests {
    private func source(_ text: String, at path: String = "Sources/Control/Sample.swift") -> SwiftSource {
        SwiftSource(path: path, text: text)
    }

    @Test(arguments: [
        ("Sources/Wire/A.swift", "import Foundation"),
        ("Sources/Gateway/A.swift", "public import FoundationEssentials"),
        ("Sources/Routing/A.swift", "import Reactor"),
        ("Sources/Control/A.swift", "import Reactor"),
        ("Sources/Discovery/A.swift", "import struct Gateway.Network"),
        ("Sources/Unheard/A.swift", ""),
    ])
    func `an import outside the arrows is found`(path: String, text: String) {
        #expect(Architecture.violations(in: source(text, at: path)).count == 1)
    }

    @Test func `an import along the arrows is let through`() {
        #expect(Architecture.violations(in: source("public import Routing\nimport Yams // import Foundation")).isEmpty)
    }

    @Test func `the manifest's arrows are read`() {
        let manifest = """
            .target(name: "Wire", swiftSettings: settings),
            .target(
                name: "Control", dependencies: ["Gateway", logging,
                "Reactor"],
                swiftSettings: settings),
            """
        let declared = Architecture.declaredDependencies(manifest: manifest)
        #expect(declared == ["Wire": [], "Control": ["Gateway", "Reactor"]])
    }

    @Test(arguments: [
        "try! open()", "x as! Int", "print(1)", "usleep(3)", "Task.detached { }", "fatalError()", "do { } catch {}",
        "let lock = NSLock()", "@_exported import Wire", "let text = \"\\(try! open())\"", "Thread.sleep(1)",
    ])
    func `a banned call is found`(text: String) {
        #expect(Bans.violations(in: source(text)).count == 1)
    }

    @Test(arguments: [
        "// print(1)", "let a = \"try! print(1)\"", "try await Task.sleep(for: .seconds(1))",
        "/* as! /* try! */ as! */ f()",
        "let a = #\"fatalError(\"\\(x)\")\"#", "let a = \"\"\"\n  print(1)\n  \"\"\"", "let r = /print(1)/",
        "out.print(1)", "return try !isAtEnd()",
    ])
    func `what only looks like a banned call is let through`(text: String) {
        #expect(Bans.violations(in: source(text)).isEmpty)
    }

    @Test(arguments: ["read(fd, p, 1)", "Task { }", "ContinuousClock.now", "socket(1, 2, 3)"])
    func `Wire and Routing stay pure`(text: String) {
        #expect(!Bans.violations(in: source(text, at: "Sources/Routing/A.swift")).isEmpty)
        #expect(Bans.violations(in: source(text, at: "Sources/Reactor/A.swift")).isEmpty)
    }

    @Test func `a stream without a policy is found, its type alone is not`() {
        #expect(Bans.unboundedStreams(in: source("let a = AsyncStream<Int>.makeStream()")).count == 1)
        #expect(Bans.unboundedStreams(in: source("return AsyncStream { _ in }")).count == 1)
        #expect(
            Bans.unboundedStreams(
                in: source("AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))")
            ).isEmpty)
        #expect(Bans.unboundedStreams(in: source("return AsyncStream { await follower.next() }")).isEmpty)
        #expect(Bans.unboundedStreams(in: source("func watch() -> AsyncStream<Int> { stream }")).isEmpty)
    }

    @Test(arguments: [70, 71, 100, 101])
    func `a function's lines are counted from its name to its brace`(count: Int) {
        let body = String(repeating: "    f()\n", count: count - 2)
        let text = "protocol P {\n    func g(_ a: Int) -> Int\n}\nfunc f() {\n\(body)}\n"
        let sample = source(text)
        #expect(Sizes.functions(in: sample) == [.init(name: "f", line: 4, lineCount: count)])
        #expect(Sizes.findings(in: sample, worthALook: true).count == (count > 70 && count <= 100 ? 1 : 0))
        #expect(Sizes.findings(in: sample, worthALook: false).count == (count > 100 ? 1 : 0))
    }

    @Test func `a file too long is found`() {
        let text = String(repeating: "// a\n", count: 701)
        #expect(Sizes.findings(in: source(text), worthALook: false).count == 1)
        #expect(Sizes.findings(in: source(text, at: "Tests/WireTests/A.swift"), worthALook: false).isEmpty)
    }

    @Test func `a file is named after its type or Type+Aspect`() {
        #expect(Naming.violations(in: source("struct Other {}")).count == 1)
        #expect(Naming.violations(in: source("enum Sample {}")).isEmpty)
        #expect(Naming.violations(in: source("func sample() {}")).isEmpty)
        #expect(
            Naming.violations(in: source("extension A.Sample {}", at: "Sources/Control/Sample+Match.swift")).isEmpty)
        #expect(
            Naming.violations(in: source("extension Other {}", at: "Sources/Control/Sample+Match.swift")).count == 1)
        #expect(Naming.violations(in: source("struct Sample {}\nclass PoolManager {}")).count == 1)
    }

    @Test func `a public declaration without a doc comment is found`() {
        #expect(Documentation.undocumented(in: source("public struct A {}")).count == 1)
        #expect(Documentation.undocumented(in: source("// no doc\n@frozen\npublic private(set) var a = 1")).count == 1)
        #expect(
            Documentation.undocumented(in: source("/// A.\n@frozen\npublic struct A {}\npublic import Wire")).isEmpty)
        #expect(Documentation.undocumented(in: source("package func a() {}")).count == 1)
    }

    @Test func `an escape from the compiler needs its reason`() {
        #expect(Documentation.unexplainedEscapes(in: source("final class A: @unchecked Sendable {}")).count == 1)
        #expect(Documentation.unexplainedEscapes(in: source("nonisolated(unsafe) var a = 1")).count == 1)
        #expect(
            Documentation.unexplainedEscapes(
                in: source("/// Safety: one thread.\nfinal class A:\n  @unchecked Sendable {}")
            ).isEmpty)
        #expect(Documentation.unexplainedEscapes(in: source("@safe\nfinal class A: @unchecked Sendable {}")).isEmpty)
        #expect(
            Documentation.unexplainedEscapes(
                in: source("// Safety: one thread.\nlet b = 1\n\nnonisolated(unsafe) var a = 1")
            ).count == 1)
    }

    @Test func `a pointer outside its modules, and an unexplained unsafe expression, are found`() {
        #expect(UnsafeCode.violations(in: source("let a: UnsafeRawPointer")).count == 1)
        #expect(UnsafeCode.violations(in: source("unsafe f()")).count == 1)
        #expect(UnsafeCode.violations(in: source("// Safety: f is bounded.\nunsafe f()")).isEmpty)
        #expect(UnsafeCode.violations(in: source("let a: UnsafeRawPointer", at: "Sources/Wire/A.swift")).isEmpty)
        #expect(UnsafeCode.violations(in: source("nonisolated(unsafe) var a = 1")).isEmpty)
    }

    @Test func `stray white space, machine paths and unfinished work are found`() {
        #expect(PlainText.whiteSpace(in: .init(path: "a", text: "a \nb\n")).count == 1)
        #expect(PlainText.whiteSpace(in: .init(path: "a", text: "a\nb")).count == 1)
        #expect(PlainText.machinePaths(in: .init(path: "a", text: "x\ncd /" + "opt/swift\n")).map(\.line) == [2])
        #expect(PlainText.unfinished(in: source("// TO" + "DO: later")).count == 1)
    }

    @Test func `a broken link is found`() {
        let page = Markdown(
            file: .init(
                path: "docs/A.md", text: "# One two\n[x](../README.md) [y](#one-two) [z](#three)\n```\n[n](n)\n```\n"))
        let findings = page.brokenLinks(exists: { $0 == "docs/A.md" }, page: { _ in page })
        #expect(findings.map(\.line) == [2, 2])
        #expect(
            Markdown(file: .init(path: "A", text: "`make run`, to make sure\nmake test\n")).makeTargets == [
                "run", "test",
            ])
    }
}
