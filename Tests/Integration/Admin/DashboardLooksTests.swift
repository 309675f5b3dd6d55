import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// How the dashboard looks, to whom, and with how much in it.
    @Suite(
        .timeLimit(.minutes(4)),
        .enabled(if: ChromiumDriver.isInstalled, "no Chromium: scripts/install-packages test"))
    struct DashboardLooks {
        private static let views = [
            "services", "service/web-80", "problems", "explain?url=http%3A%2F%2Fnobody.example%2F", "timeline",
            "certificates", "listeners",
        ]

        @Test("every view is legible in the light and in the dark, on a desk and on a phone, and never wider than that")
        func schemes() throws {
            let long = "a-service-whose-name-is-as-long-as-somebody-who-generates-names-makes-them-12345678-80"
            let setting = try DashboardSetting(services: [
                "web-80": [try TestBackend("a"), try TestBackend("b")], long: [try TestBackend("c")],
            ])
            let page = setting.page
            try setting.edge.api.put("services/web-80/h2:c9:80", "nowhere")
            let backend = try #require(
                try setting.edge.admin.json("/api/v1/endpoints?service=web-80")["endpoints"][0]["address"].text)
            try setting.edge.admin.order("drain", "web-80", backend)
            for _ in 0..<20 { #expect(try setting.client.get(host: "web-80.test").status == 200) }
            var grounds: Set<String> = []
            for (device, width, height) in [("desk", 1280, 900), ("phone", 375, 740)] {
                try page.show(width: width, height: height, isMobile: device == "phone")
                for isDark in [false, true] {
                    try page.prefer(isDark: isDark, hasLessMotion: true)
                    for view in Self.views {
                        try setting.show(view)
                        let name = "\(view.prefix { $0.isLetter })-\(device)-\(isDark ? "dark" : "light")"
                        if view.hasPrefix("explain") { try page.wait(forText: "no-route") }
                        if view.contains("/") { try setting.wait(forEndpoint: backend, "draining") }
                        try page.keepScreenshot(name)
                        #expect(try page.overflow == 0, "\(name)")
                        #expect(try page.faint == [], "\(name)")
                        #expect(try page.nameless == [], "\(name)")
                    }
                    let ground = try page.evaluate("return getComputedStyle(document.body).backgroundColor").text
                    grounds.insert(try #require(ground))
                }
            }
            #expect(grounds.count == 2)
            try setting.check()
        }

        @Test("ten thousand endpoints: few of them are drawn, an update takes milliseconds, and the filter finds one")
        func many() throws {
            let folder = try ScratchFolder()
            let count = 10_000
            let lines = (0..<count).map { number in
                let (high, low) = number.quotientAndRemainder(dividingBy: 250)
                return #"services/big-80/h\#(high):c\#(low):80: "10.1.\#(high).\#(low + 1):80""#
            }
            let live = try TestBackend("live")
            let services = (0..<300).map { #"services/s\#($0)-80/h:c:80: "\#(live.address)""# }
            let store = try folder.write("store.yaml", (lines + services).joined(separator: "\n"))
            let edge = try EdgeProcess(
                store: "file:\(store)", flags: ["--state-dir", "\(folder.path)/state"], hasAdmin: true)
            let setting = try DashboardSetting(edge)
            let page = setting.page
            try edge.waitForAnswer(200, host: "s7-80.test", from: "live")
            let load = LoadGenerator(
                port: edge.port, hosts: (0..<8).map { "s\($0)-80.test" }, connections: 8, pause: .milliseconds(10))
            try setting.wait(forService: "big-80", "endpoints", "10 000")
            try page.keepScreenshot("many-services")
            try setting.show("service/big-80")
            try setting.wait(forEndpoint: "10.1.0.1:80", "in")
            try page.wait(
                until: "counting all", "return /of 10\\s000/.test(document.getElementById('endpoints-table').innerText)"
            )
            #expect(try page.evaluate("return document.querySelectorAll('tr').length").number ?? .infinity < 300)
            try page.keepScreenshot("many-endpoints")

            // Tasks of more than 50 ms are what a hand on the page would feel.
            try page.evaluate(
                """
                window.tasks = []
                new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(one => one.duration)))
                  .observe({type: 'longtask'})
                window.updates = 0
                new MutationObserver(() => window.updates++)
                  .observe(document.getElementById('figure-rate'), {childList: true, characterData: true, subtree: true})
                """)
            try page.wait(until: "updated three times", "return window.updates >= 3")
            let longest = try page.evaluate("return Math.max(0, ...window.tasks)").number ?? .infinity

            let box = try page.element("searchbox", named: "Filter endpoints*", in: "main")
            try box.click()
            try page.evaluate("performance.mark('filter')")
            try page.type("10.1.39.2:80")
            try page.wait(
                until: "showing the one", "return document.querySelectorAll('#endpoints tbody tr').length === 1")
            let taken = try page.evaluate(
                "return performance.now() - performance.getEntriesByName('filter')[0].startTime")
            try setting.wait(forEndpoint: "10.1.39.2:80", "in")
            try page.keepScreenshot("many-filtered")
            _ = try load.stop()
            print(
                "dashboard of \(count) endpoints: the longest task of its updates \(Int(longest)) ms, "
                    + "twelve letters of a filter \(Int(taken.number ?? 0)) ms")
            // On a machine with other work at hand; by itself it is a tenth.
            #expect(longest < 1_000)
            #expect(taken.number ?? .infinity < 10_000)
            try setting.check()
        }

        @Test("names that are markup are shown as what they are, and run nothing")
        func hostile() throws {
            let trap = "<img src=x onerror=window.trapped=1>"
            let setting = try DashboardSetting(services: ["web-80": [try TestBackend("web")]])
            let (page, api) = (setting.page, try setting.edge.api)
            // In a key that is malformed, in a value, in a route that is well-formed, and in one that is not.
            let encoded = try #require(trap.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            try api.put("services/\(encoded)/h1:c0:80", "127.0.0.1:9")
            try api.put("services/web-80/h2:\(encoded):80", "127.0.0.1:9 zone=\(trap)")
            try api.put("services/web-80/h3:c3:80", "127.0.0.1:10 \(trap)=1")
            try api.put("routes/\(encoded)", "hosts: [trap.example]\nservice: web-80")
            try api.put("routes/bad", "hosts: [trap.example]\nservice: \"\(trap)\"")
            try page.wait(
                within: .seconds(30), until: "showing problems",
                "return document.getElementById('verdict').dataset.problems > 0")
            let views = [
                "problems", "timeline", "services", "service/web-80", "service/\(encoded)",
                "explain?url=http%3A%2F%2Ftrap.example%2F\(encoded)&method=\(encoded)&header=X%3A\(encoded)",
                "explain?url=http%3A%2F%2Ftrap.example%2F\(encoded)", "explain?id=\(encoded)", encoded,
            ]
            for view in views {
                try page.go(to: "\(try setting.url)#\(view)")
                try DashboardSetting.waitUntilLive(page)
                try page.wait(until: "quiet", "return !document.querySelector('[aria-busy]')")
                if view == "problems" {
                    try page.wait(forText: "onerror")
                    try page.keepScreenshot("hostile")
                }
                #expect(try page.evaluate("return document.images.length").number == 0, "\(view)")
                #expect(try page.evaluate("return window.trapped ?? null") == .null, "\(view)")
            }
            // Whatever might get in would find no way to run either.
            let policy = try setting.edge.admin.ask("GET", "/")["Content-Security-Policy"] ?? ""
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "\(policy)")
            try setting.check(["400 (Bad Request)", "404 (Not Found)"])
        }
    }
}
