import Testing

@testable import Renderer

/// What HAProxy answers, and what counts as an answer.
@Suite struct RuntimeCommandTests {
    private static let name = ServerName(backend: "app", server: "a")

    private func address(_ text: String) throws -> HAProxyAddress { try #require(HAProxyAddress(text)) }

    @Test func `commands are written as the management guide has them`() throws {
        let (four, six) = (try address("10.0.0.1:80"), try address("[fd00::1]:81"))
        #expect("\(RuntimeCommand.setAddress(Self.name, four))" == "set server app/a addr 10.0.0.1 port 80")
        #expect("\(RuntimeCommand.setAddress(Self.name, six))" == "set server app/a addr fd00::1 port 81")
        #expect("\(RuntimeCommand.add(Self.name, six, ["check"]))" == "add server app/a [fd00::1]:81 check")
        #expect("\(RuntimeCommand.setState(Self.name, .drain))" == "set server app/a state drain")
    }

    @Test(arguments: [
        ("IP changed from '10.0.0.9' to '10.0.0.1', port changed from '81' to '80' by 'stats socket command'\n", true),
        ("no need to change the addr, port changed from '81' to '80' by 'stats socket command'\n\n", true),
        ("IP changed from '10.0.0.9' to '10.0.0.1', no need to change the port by 'stats socket command'\n", true),
        ("no need to change the addr, no need to change the port by 'stats socket command'\n", true),
        ("IP changed from '10.0.0.9' to '10.0.0.2', port changed from '81' to '80' by 'stats socket command'\n", false),
        ("IP changed from '10.0.0.9' to '10.0.0.1', port changed from '81' to '8' by 'stats socket command'\n", false),
        ("IP changed from '10.0.0.9' to '10.0.0.1' by 'stats socket command'\n", false),
        ("Invalid addr '10.0.0.1' by 'stats socket command'\n", false),
        ("No such server.\n", false), ("", false), ("Permission denied\n", false),
    ])
    func `an address is set only if the reply says so`(reply: String, isDone: Bool) throws {
        let verdict = RuntimeCommand.setAddress(Self.name, try address("10.0.0.1:80")).judge(reply)
        #expect((verdict == .done) == isDone, "\(verdict)")
    }

    @Test func `silence, and silence alone, is consent of the quiet commands`() {
        for command: RuntimeCommand in [
            .setWeight(Self.name, 5), .setState(Self.name, .ready), .enableHealth(Self.name),
        ] {
            #expect(command.judge("") == .done)
            #expect(command.judge("\n") == .done)
            #expect(command.judge("No such server.\n") == .refused("No such server."))
            #expect(command.judge("ok") == .refused("ok"))
        }
    }

    @Test func `adding and deleting are announced`() throws {
        let add = RuntimeCommand.add(Self.name, try address("10.0.0.1:80"), [])
        #expect(add.judge("New server registered.\n") == .done)
        #expect(add.judge("") == .refused("(nothing)"))
        #expect(add.judge("Already exists a server with the same name in backend.\n") != .done)
        let delete = RuntimeCommand.delete(Self.name)
        #expect(delete.judge("Server deleted.\n") == .done)
        #expect(delete.judge("Server still has connections attached to it, cannot remove it.\n") == .later)
        #expect(delete.judge("Only servers in maintenance mode can be deleted.\n") != .later)
        #expect(delete.judge("") == .refused("(nothing)"))
    }

    @Test(arguments: [
        ("check inter 2s", "check inter 2s pool-purge-delay 5s pool-max-conn -1 weight 1"),
        ("weight 9 disabled pool-max-conn 4", "pool-max-conn 4 pool-purge-delay 5s weight 9"),
        ("check send-proxy", "check send-proxy pool-purge-delay 5s pool-max-conn -1 check-send-proxy weight 1"),
        ("check send-proxy port 90", "check send-proxy port 90 pool-purge-delay 5s pool-max-conn -1 weight 1"),
        (
            "observe layer4",
            "observe layer4 pool-purge-delay 5s pool-max-conn -1 error-limit 10 on-error fail-check weight 1"
        ),
        ("check no-check", "pool-purge-delay 5s pool-max-conn -1 weight 1"),
        ("no-check check check", "check pool-purge-delay 5s pool-max-conn -1 weight 1"),
        ("init-addr none resolvers d", "pool-purge-delay 5s pool-max-conn -1 weight 1"),
    ])
    func `an added server is told what a server of the file knows by default`(words: String, command: String) throws {
        let line = HAProxyLine(number: 1, octets: Array(words.utf8)[...])
        let settings = try #require(HAProxyServerSettings(line.words))
        #expect(try settings.dynamicWords().joined(separator: " ") == command)
    }
}
