import Testing

@testable import Renderer

/// What `show servers state` tells, and what it must not be taken for.
@Suite struct ServersStateTests {
    private static let header =
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_port\n"

    private func state(_ text: String) throws -> ServersState {
        var state = ServersState()
        try state.add(text)
        return state
    }

    @Test func `servers are read by the names of the columns`() throws {
        let text =
            Self.header
            + "3 app 1 a 127.0.0.1 2 0 10 1 80\n3 app 2 b ::1 0 5 1 1 81\n3 app 3 c - 2 8 1 1 0\n4 x 1 d 1.1.1.1 2 4 0 1 5\n"
        let backends = try state(text).backends
        let app = try #require(backends["app"])
        #expect(app["a"]?.isServing == true)
        #expect(app["a"]?.weight == 10)
        #expect(try app["b"]?.isAt(#require(HAProxyAddress("[::1]:81"))) == true)
        #expect(app["b"]?.isInMaintenance == true)
        #expect(app["c"]?.isDraining == true)
        #expect(app["c"]?.isServing == false)
        #expect(backends["x"]?["d"]?.isInMaintenance == false)
        #expect(backends["x"]?["d"]?.isServing == false)
    }

    @Test(arguments: [
        "", "\n", "Can't find backend.\n", "2\n# be_name\n", "1\n", "1\nno header\n", "1\n# be_id be_name srv_id\n",
        header + "3 app 1 a 127.0.0.1 2 0 10 1\n", header + "3 app 1 a 127.0.0.1 x 0 10 1 80\n",
        header + "3 app 1 a 127.0.0.1 2 0 10 1 80\n3 app 1 a 127.0.0.1 2 0 10 1 80\n",
        header + "3 app 1 a 127.0.0.1 2 0 10 1 65536\n",
    ])
    func `what is not understood is an error`(text: String) {
        #expect(throws: HAProxyFailure.self) { try state(text) }
    }
}
