import Lab
import Testing

@testable import KeyValue

@Suite struct CatalogChecksTests {
    static func check(
        _ id: String, _ status: String, service: String = "", instance: String = "", node: String = "n1",
        output: String = ""
    ) -> String {
        """
        {"Node":"\(node)","CheckID":"\(id)","Name":"x","Status":"\(status)","Notes":"","Output":"\(output)",
        "ServiceID":"\(instance)","ServiceName":"\(service)","ServiceTags":["a",null],"Type":"","Definition":{},
        "CreateIndex":7,"ModifyIndex":8}
        """
    }

    private func read(_ checks: String...) throws -> CatalogChecks {
        try CatalogChecks(Array("[\(checks.joined(separator: ","))]".utf8).span)
    }

    @Test func `a state, a check and an instance that differ are told, output and order are not`() throws {
        let first = Self.check("c1", "passing", service: "web", instance: "w1")
        let second = Self.check("c2", "passing", service: "web", instance: "w2")
        let node = Self.check("serfHealth", "passing")
        let old = try read(first, second, node)
        #expect(try read(node, second, first) == old)
        #expect(
            try read(Self.check("c1", "passing", service: "web", instance: "w1", output: "200 OK"), second, node) == old
        )
        let failing = try read(Self.check("c1", "critical", service: "web", instance: "w1"), second, node)
        #expect(failing.differences(from: old) == (["web"], []))
        #expect(try read(first, node).differences(from: old) == (["web"], []))
        #expect(try read(second, node).differences(from: read(first, node)) == (["web"], []))
        #expect(try read(first, second, Self.check("serfHealth", "critical")).differences(from: old) == ([], ["n1"]))
        #expect(try read().differences(from: old) == (["web"], ["n1"]))
        #expect(
            try read(first, second, node, Self.check("c", "passing", service: "api")).differences(from: old) == (
                ["api"], []
            ))
    }

    @Test func `nothing that is cut off or bent is taken for an answer`() throws {
        let text = Array(
            "[\(Self.check("c1", "passing", service: "web", instance: "w1")),\(Self.check("s", "critical"))]".utf8)
        for end in 0..<text.count {
            #expect(throws: ConsulListingParser.Failure.self) { try CatalogChecks(Array(text[..<end]).span) }
        }
        var generator = SeededGenerator(seed: 5)
        let good = try CatalogChecks(text.span)
        for _ in 0..<20_000 {
            var bent = text
            bent[Int.random(in: 0..<bent.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            // Whatever comes of it, it is read to the end or refused.
            if let read = try? CatalogChecks(bent.span) { #expect(read == good || read != good) }
        }
        for other in ["{}", "null", "[{}]", "[1]", "", "[] x", "{\"x\":[]}"] {
            #expect(throws: ConsulListingParser.Failure.self) { try CatalogChecks(Array(other.utf8).span) }
        }
    }
}
