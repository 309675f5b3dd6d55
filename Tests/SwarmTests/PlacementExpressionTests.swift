import Lab
import Testing

@testable import Swarm

@Suite("PlacementExpression")
struct PlacementExpressionTests {
    @Test(
        "values match whole, by stars, and by expressions",
        arguments: [
            ("k1==node-1", "node-1", true), ("k1==node", "node-1", false), ("k1==node*", "node-1", true),
            ("k1==node.1", "nodeX1", true), ("k1==/ode/", "node-1", true), ("k1==/(?i)NODE/", "node-1", true),
            ("k1!=node-1", "node-1", false), ("k1!=node-2", "node-1", true), ("k1==z[13]", "z3", true),
            ("k1==*", "", true), ("k1==/[/", "[", false), ("k1!=/[/", "[", true), ("k1==a|b", "b", true),
            ("k1==us-east-1", "us-east-1", true), ("k1==/^$/", "", true), ("k1==~node*", "node-1", true),
        ])
    func matches(_ text: String, _ subject: String, _ isMet: Bool) throws {
        #expect(try PlacementExpression(text).isMet(by: [subject]) == isMet)
    }

    @Test("unequal means that none of the texts matches")
    func excludes() throws {
        #expect(try !PlacementExpression("container!=a").isMet(by: ["b", "a"]))
        #expect(try PlacementExpression("container!=a").isMet(by: []))
        #expect(try !PlacementExpression("container==a").isMet(by: []))
    }

    @Test(
        "what cannot be read is named",
        arguments: [
            ("storage=ssd", "One of operator ==, != is expected"), ("1bad==x", "Key '1bad' is invalid"),
            ("k==x", "Key 'k' is invalid"), ("==x", "Key '' is invalid"), ("key==", "Value '' is invalid"),
            ("key==~", "Value '~' is invalid"), ("key==a#b", "Value 'a#b' is invalid"),
            ("kéy==x", "Key 'kéy' is invalid"), ("key!=a,b", "Value 'a,b' is invalid"),
        ])
    func refuses(_ text: String, _ words: String) {
        #expect(throws: PlacementError(words)) { try PlacementExpression(text) }
    }

    @Test("one mark of a wish is read, and is no part of the value")
    func readsWishes() throws {
        let wish = try PlacementExpression("storage==~ssd")
        #expect(wish.isSoft && wish.value == "ssd" && wish.description == "storage==ssd")
        #expect(try !PlacementExpression("storage==ssd").isSoft)
        // Of two operators the one that is tried first counts, wherever it stands.
        #expect(throws: PlacementError("Key 'storage!' is invalid")) { try PlacementExpression("storage!==ssd") }
    }

    @Test("no text traps, and no expression takes long")
    func survivesAnything() {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("ab1=!~/*.()?+[]\\^$|-_ ")
        for _ in 0..<5_000 {
            let length = Int.random(in: 0...24, using: &generator)
            let text = "ab==" + String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
            guard let expression = try? PlacementExpression(text) else { continue }
            _ = expression.isMet(by: ["node-1", "", String(repeating: "a", count: 64)])
        }
        let clock = ContinuousClock()
        let time = clock.measure {
            _ = try? PlacementExpression("ab==/(a+)+$/").isMet(by: [String(repeating: "a", count: 60) + "!"])
        }
        #expect(time < .seconds(5))
    }
}
