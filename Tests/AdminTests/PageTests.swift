import Foundation
import HTTPTypes
import KeyValue
import Lab
import Testing

@testable import Admin

/// The dashboard's files as they are served; what they do in a browser is tested in one.
@Suite(.timeLimit(.minutes(3))) struct PageTests {
    @Test(arguments: DashboardPart.all.map(\.path))
    func `each part is served as what it is, and again only if it has changed`(path: String) async throws {
        try await ObservedEdge.with { edge async throws in
            let part = try #require(DashboardPart(path: path))
            let answer = try await edge.ask("GET", path)
            #expect(answer.status == 200)
            #expect(answer.body == part.octets)
            #expect(answer["Content-Type"] == part.type)
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["Referrer-Policy"] == "no-referrer")
            #expect(answer["Cache-Control"] == "no-cache")
            let policy = try #require(answer["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none';") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            let tag = try #require(answer["ETag"])
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await edge.ask("GET", path, fields: ["If-None-Match: \(known)"])
                #expect(again.status == 304 && again.body.isEmpty, "\(known)")
                #expect(again["ETag"] == tag)
            }
            #expect(try await edge.ask("GET", path, fields: ["If-None-Match: \"other\""]).status == 200)
            let head = try await edge.ask("HEAD", path)
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head["Content-Length"] == "\(part.octets.count)")
        }
    }

    @Test func `the page needs no token, and shows nothing without one`() async throws {
        try await ObservedEdge.with(
            ["services/secret-80/h:a:80": "10.0.0.1:80"], token: "0123456789abcdef0123"
        ) { edge async throws in
            for part in DashboardPart.all { #expect(try await edge.ask("GET", part.path).status == 200) }
            #expect(try await !edge.ask("GET", "/").text.contains("secret-80"))
            #expect(try await edge.ask("GET", "/api/v1/services").status == 401)
            for path in ["/page/", "/page/none.js", "/page/../page.html", "/page.html", "/Page/main.js", "//"] {
                #expect(try await edge.ask("GET", path).status == 401, "\(path)")
            }
        }
    }

    @Test func `what is no part of it is not there`() async throws {
        try await ObservedEdge.with { edge async throws in
            for path in ["/page", "/page/", "/page/none.js", "/page/%2e%2e/page.html", "/index.html", "//"] {
                #expect(try await edge.ask("GET", path).status == 404, "\(path)")
            }
            #expect(try await edge.ask("POST", "/", fields: ["X-Requested-With: test"]).status == 405)
        }
    }

    @Test func `a link of another page leads to the dashboard, and to nothing else`() throws {
        let gate = AdminGate(token: nil, isLoopback: true)
        func isLet(
            _ path: String, _ mode: String, _ destination: String, host: String = "localhost:9090"
        ) throws -> Bool {
            let endpoint = try #require(AdminEndpoint(path: Substring(path)))
            var fields = HTTPFields()
            for (name, value) in [
                ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", destination),
            ] {
                fields[try #require(HTTPField.Name(name))] = value
            }
            return
                (try? gate.admit(
                    method: .get, authority: host, fields: fields, isOpen: endpoint.isOpen, isPage: endpoint.isPage))
                != nil
        }
        #expect(try isLet("/", "navigate", "document"))
        #expect(try !isLet("/", "navigate", "iframe"))
        #expect(try !isLet("/", "no-cors", "script"))
        #expect(try !isLet("/api/v1/info", "navigate", "document"))
        #expect(try !isLet("/", "navigate", "document", host: "evil.example"))
    }

    @Test func `all that the files refer to is among them`() throws {
        let paths = Set(DashboardPart.all.map(\.path))
        var referred: Set<String> = ["/"]
        for part in DashboardPart.all {
            let text = String(decoding: part.octets, as: UTF8.self)
            // A name of XML's is no address that anybody asks.
            let addresses = text.replacing("http://www.w3.org/2000/svg", with: "")
            for match in addresses.matches(of: /(?:https?:)?\/\/[A-Za-z0-9.-]+\.[a-z]+/) {
                #expect(match.output.hasSuffix("example.com"), "\(part.path): \(match.output)")
            }
            for match in text.matches(of: /(?:src|href)="([^"#][^"]*)"|from "\.\/([^"]+)"|url\(([^)]*)\)/) {
                let name = match.output.1 ?? match.output.2.map { "page/\($0)" } ?? match.output.3 ?? ""
                guard !name.hasPrefix("api/v1/") else { continue }
                #expect(paths.contains("/\(name)"), "\(part.path): \(name)")
                referred.insert("/\(name)")
            }
        }
        #expect(referred == paths)
    }

    @Test func `nothing makes markup of text, and nothing is done by attributes`() throws {
        for part in DashboardPart.all {
            let text = String(decoding: part.octets, as: UTF8.self)
            for word in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser",
                "createContextualFragment", "srcdoc", "javascript:", " style=", " onclick=\"", "setHTML",
            ] {
                #expect(!text.contains(word), "\(part.path): \(word)")
            }
        }
    }

    @Test func `the program has the files as they are in the tree`() throws {
        let folder = "\(Repository.root)/Sources/Admin/Dashboard"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names.count == DashboardPart.all.count)
        for name in names {
            let part = try #require(DashboardPart(path: name == "page.html" ? "/" : "/page/\(name)"), "\(name)")
            let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            #expect(Array(file) == part.octets, "\(name)")
        }
    }
}
