import Testing

@testable import KeyValue

@Suite struct GoTextTests {
    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("1m30s", .seconds(90)), ("1.5h", .seconds(5400)), ("500ms", .milliseconds(500)),
        ("0", .zero), ("-2s", .seconds(-2)), (".5s", .milliseconds(500)), ("1us", .microseconds(1)),
        ("1µs", .microseconds(1)),
    ])
    func `Go's durations are read`(text: String, duration: Duration) {
        #expect(GoText.duration(text) == duration)
    }

    @Test(arguments: ["", "10", "s", "1x", ".s", "1s2", "--1s", "1 s", "9999999999h", "1.2.3s"])
    func `what is no duration is refused`(text: String) {
        #expect(GoText.duration(text) == nil)
    }

    @Test(arguments: [
        (Duration.seconds(10), "10s"), (.seconds(90), "1m30s"), (.seconds(86_400), "24h0m0s"), (.zero, "0s"),
        (.milliseconds(1500), "1.5s"), (.milliseconds(20), "20ms"), (.microseconds(1500), "1.5ms"),
        (.nanoseconds(7), "7ns"),
    ])
    func `durations are written as Go does`(duration: Duration, text: String) {
        #expect(GoText.text(duration) == text)
    }
}
