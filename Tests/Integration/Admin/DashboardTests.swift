import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The dashboard in a real browser, as an operator uses it.
    @Suite(
        .timeLimit(.minutes(4)),
        .enabled(if: ChromiumDriver.isInstalled, "no Chromium: scripts/install-packages test"))
    struct Dashboard {
        @Test("rates move under load; an endpoint is drained and enabled by the keyboard alone, and requests heed it")
        func keyboard() throws {
            let backends = try ["a", "b", "c"].map { try TestBackend($0) }
            let chosen = backends[1]
            let setting = try DashboardSetting(services: ["web-80": backends, "idle-80": [try TestBackend("idle")]])
            let page = setting.page
            try setting.wait(forService: "web-80", "endpoints", "3/3")
            try page.keepScreenshot("services-idle")
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 4, pause: .milliseconds(5))
            try setting.wait(forService: "web-80", "rate", "*")
            try setting.wait(forService: "web-80", "p99", "*")
            try page.wait(
                until: "showing a rate of all",
                "return parseFloat(document.getElementById('figure-rate').innerText) > 1")
            try page.keepScreenshot("services-loaded")
            #expect(try page.nameless == [])

            try page.tab(to: "link", named: "web-80")
            try page.press(.enter)
            try setting.wait(forEndpoint: chosen.address, "in")
            try page.tab(to: "button", named: "Drain \(chosen.address)")
            try page.press(.enter)
            try page.wait(until: "asking", "return document.getElementById('confirm').open")
            try page.keepScreenshot("drain-asked")
            #expect(try page.nameless == [])
            // To say no is what enter does if nobody looks.
            #expect(try page.focus.name == "Cancel")
            try page.tab(to: "button", named: "Drain", atMost: 4)
            try page.press(.enter)
            try setting.wait(forEndpoint: chosen.address, "draining")
            try load.wait(for: 50)
            let before = chosen.requestCount
            try load.wait(for: 200)
            #expect(chosen.requestCount == before)
            try page.keepScreenshot("drained")

            try page.tab(to: "button", named: "Enable \(chosen.address)")
            try page.press(.enter)
            try page.wait(until: "asking", "return document.getElementById('confirm').open")
            try page.tab(to: "button", named: "Enable", atMost: 4)
            try page.press(.enter)
            try setting.wait(forEndpoint: chosen.address, "in")
            try chosen.waitForRequests(before + 10)

            // The same by a mouse, and taken back by what is offered then.
            try page.element("button", named: "Disable \(chosen.address)").click()
            try page.element("button", named: "Disable", in: "#confirm").click()
            try setting.wait(forEndpoint: chosen.address, "disabled")
            try page.element("button", named: "Undo").click()
            try setting.wait(forEndpoint: chosen.address, "in")
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)")
            try setting.check()
        }

        @Test("why a URL gives 404 is found by the form, and by a link to the answer")
        func explain() throws {
            let setting = try DashboardSetting(
                services: ["shop-80": [try TestBackend("shop")]],
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    domains: [test]
                    routes: [{ name: shop, hosts: [shop.example.com], paths: [/api/], service: shop-80 }]
                    """)
            let page = setting.page
            #expect(try setting.client.get("/cart", host: "shop.example.com").status == 404)
            try page.element("link", named: "Explain").click()
            try page.element("textbox", named: "URL").fill("http://shop.example.com/cart")
            try page.element("button", named: "Explain").click()
            try page.wait(
                until: "answering", "return document.getElementById('explain-answer').dataset.outcome === 'refuse'")
            let answer = try #require(try page.element("#explain-answer")).text
            // The route that was meant, why not, and where it is written.
            for part in ["404", "shop", "/api/", "portico.yaml:3"] {
                #expect(answer.contains(part), "\(part): \(answer)")
            }
            try page.keepScreenshot("explain-404")
            try setting.show("explain?url=http%3A%2F%2Fshop.example.com%2Fapi%2Fcart")
            try page.wait(
                until: "answering", "return document.getElementById('explain-answer').dataset.outcome === 'forward'")
            try page.wait(forText: "shop-80")
            try page.keepScreenshot("explain-forward")
            #expect(try page.nameless == [])
            try setting.check()
        }

        @Test("problems come and go, and the timeline tells what has changed")
        func problems() throws {
            let setting = try DashboardSetting(services: ["web-80": [try TestBackend("web")]])
            let page = setting.page
            let verdict = "return document.getElementById('verdict').dataset.problems"
            try page.wait(until: "well", "\(verdict) === '0'")
            try setting.edge.api.put("services/web-80/h2:c9:80", "nowhere")
            try page.wait(until: "showing the problem", "\(verdict) === '1'")
            try page.wait(forText: "services/web-80/h2:c9:80")
            try page.keepScreenshot("problem")
            try page.element("link", named: "Problems*", in: "nav").click()
            try page.wait(forText: "nowhere")
            try setting.edge.api.delete("services/web-80/h2:c9:80")
            try page.wait(until: "well again", "\(verdict) === '0'")

            try setting.show("timeline")
            let backend = try TestBackend("late")
            try setting.edge.api.put("services/late-80/h1:c0:80", backend.address)
            try page.wait(
                until: "telling of the new endpoint",
                "return document.querySelector('#timeline-list li[data-kind=table]').innerText.includes(arguments[0])",
                .string("late-80"))
            try page.element("button", named: "What changed", in: "#timeline-list li[data-kind=table]:first-of-type")
                .click()
            try page.wait(
                until: "showing the difference",
                "return document.querySelector('.difference')?.innerText.includes(arguments[0])",
                .string("late-80/\(backend.address)"))
            try page.keepScreenshot("timeline")
            #expect(try page.nameless == [])
            try setting.check()
        }

        @Test("an edge that has gone is said to be away, and the page comes back with it by itself")
        func restart() throws {
            let setting = try DashboardSetting(services: ["web-80": [try TestBackend("web")]])
            let page = setting.page
            try setting.wait(forService: "web-80", "endpoints", "1/1")
            for number in 0..<5 { try setting.edge.api.put("services/s\(number)-80/h1:c0:80", "127.0.0.1:9") }
            try page.wait(forText: "s4-80")
            try setting.edge.kill()
            try page.wait(until: "saying that it is away", "return document.body.dataset.link === 'lost'")
            #expect(try #require(try page.element("#away")).text.count > 10)
            // What was known of it is no word on how it is.
            #expect(try #require(try page.element("#verdict")).text.contains("Not heard"))
            try page.keepScreenshot("away")
            try setting.edge.start()
            try DashboardSetting.waitUntilLive(page)
            // What happens from now on is heard, though another process counts its events anew.
            try setting.edge.api.put("services/fresh-80/h1:c0:80", "127.0.0.1:9")
            try setting.wait(forService: "fresh-80", "endpoints", "1/1")
            try page.element("link", named: "Timeline").click()
            try page.wait(
                until: "telling of the new service",
                "return document.getElementById('timeline-list').innerText.includes('fresh-80')")
            try page.keepScreenshot("back")
            try setting.check(["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET"])
        }
    }
}
