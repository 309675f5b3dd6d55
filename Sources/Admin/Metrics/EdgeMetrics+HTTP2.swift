internal import Gateway
internal import HTTP2

extension EdgeMetrics {
    func writeHTTP2(_ writer: inout ExpositionWriter) {
        typealias Whole = MetricCatalogue.Whole
        let counters = seen.totals.http2
        writer.begin(Whole.streams)
        writer.sample(.init(("result", "opened")), counters.streamsOpened)
        writer.sample(.init(("result", "refused")), counters.streamsRefused)
        writer.begin(Whole.resets)
        writer.sample(.init(("direction", "received")), counters.resetsReceived)
        writer.sample(.init(("direction", "sent")), counters.resetsSent)
        writer.single(Whole.streamErrors, counters.streamErrors)
        writer.single(Whole.headersRefused, counters.headersRefused)
        writer.begin(Whole.closures)
        for closure in HTTP2Closure.allCases {
            writer.sample(.init(("reason", Self.word(closure))), counters[closure])
        }
    }

    private static func word(_ closure: HTTP2Closure) -> String {
        switch closure {
        case .rapidReset: "rapid_reset"
        case .continuationFlood: "continuation_flood"
        case .settingsFlood: "settings_flood"
        case .pingFlood: "ping_flood"
        case .glitches: "glitches"
        case .headerListTooLarge: "header_list_too_large"
        case .protocolError: "protocol_error"
        case .flowControlError: "flow_control_error"
        case .exhausted: "exhausted"
        }
    }
}
