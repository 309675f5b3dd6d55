import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The dashboard of another machine, which is a host of containers, and asks for a token.
    @Suite(
        .timeLimit(.minutes(4)),
        .enabled(
            if: ChromiumDriver.isInstalled && DockerHosts.isPossible, "hosts need root and namespaces, pages Chromium"))
    struct DashboardContainers {
        @Test("a container starts, and its service is there; load is seen; it stops, and is gone")
        func appears() throws {
            let lab = try DockerHosts(.init())
            let folder = try ScratchFolder()
            let token = "0123456789abcdef0123456789abcdef"
            let edge = try lab[0].begin(
                "env",
                [
                    "DOCKER_HOST=unix://\(lab[0].socket)", "PORTICO_ADMIN_TOKEN=\(token)", Repository.portico(), "edge",
                    "--docker", "--listen", "0.0.0.0:8080", "--admin", "0.0.0.0:9090", "--state-dir", folder.path,
                    "--workers", "1",
                ])
            try edge.waitForLine(within: .seconds(60), "that it serves") { $0.contains("serving at") }
            let client = RawClient(lab[0].address, port: 8080)
            let page = try DashboardSetting.browser()
            try page.go(to: "http://\(lab[0].address):9090/")

            try page.wait(until: "asking for the token", "return document.getElementById('token').open")
            try page.keepScreenshot("token")
            try page.type("wrong")
            try page.press(.enter)
            try page.wait(forText: "not the right one")
            try page.element("textbox", named: "Token").fill(token)
            try page.press(.enter)
            try DashboardSetting.waitUntilLive(page)
            #expect(try page.evaluate("return document.querySelectorAll('tr[data-service]').length").number == 0)
            try page.keepScreenshot("no-services")

            try lab[0].docker([
                "run", "-d", "--name", "web", "--hostname", "web", "-e", "VIRTUAL_HOST=foo.example.com", "lab:1",
            ])
            try page.wait(until: "showing the container's service", "return document.querySelector('tr[data-service]')")
            let service = try #require(
                try page.evaluate("return document.querySelector('tr[data-service]').dataset.service").text)
            try edge.wait(within: .seconds(30), until: "answering 200") {
                (try? client.get("/", host: "foo.example.com"))?.status == 200
            }
            let caller = Caller(client, host: "foo.example.com")
            try page.wait(
                until: "showing its rate",
                "return parseFloat(document.querySelector('tr[data-service] td[data-column=rate]').innerText) > 0")
            try page.keepScreenshot("container")
            #expect(try caller.stop() == [])

            try lab[0].docker("stop", "-t", "0", "web")
            try page.wait(
                until: "showing that \(service) has no endpoint",
                "const row = document.querySelector('tr[data-service]'); return !row || row.innerText.includes('0/')")
            try page.keepScreenshot("container-stopped")
            // What the test has brought about, and a field that browsers heed from this machine and over TLS alone.
            let expected = ["401 (Unauthorized)", "Cross-Origin-Opener-Policy header has been ignored"]
            let complaints = try page.complaints().filter { line in !expected.contains { line.contains($0) } }
            #expect(complaints == [])
        }
    }
}
