import Testing

@testable import Renderer

@Suite struct ChildProgressTests {
    private func driver(isOnce: Bool = false, _ change: (inout ExecSettings) -> Void = { _ in }) throws -> LoopDriver {
        let command = try #require(RenderCommand(["server"]))
        var exec = ExecSettings(command)
        change(&exec)
        return LoopDriver(configuration(template("x"), template("y")) { $0.exec = exec }, isOnce: isOnce)
    }

    /// Both files are written.
    private func write(_ driver: inout LoopDriver) -> [RenderAction] {
        driver.take(.time)
        driver.complete(0, keyA)
        driver.complete(1, keyB)
        driver.take(.wrote(template: 0, .written))
        return driver.take(.wrote(template: 1, .written))
    }

    private func change(_ driver: inout LoopDriver) -> [RenderAction] {
        driver.take(.answered(keyA))
        driver.complete(0, keyA)
        return driver.take(.wrote(template: 0, .written))
    }

    @Test func `the child starts when every file is there, and its end is the run's`() throws {
        var driver = try driver()
        #expect(write(&driver) == [.startChild])
        #expect(driver.take(.childEnded(.exited(7))) == [.end(.child(7))])
    }

    @Test func `with once the run waits for the child's end`() throws {
        var driver = try driver(isOnce: true)
        #expect(write(&driver) == [.startChild])
        #expect(driver.take(.time) == [])
        #expect(driver.take(.childEnded(.exited(0))) == [.end(.child(0))])
    }

    @Test func `a child with a reload signal gets it, after its splay`() throws {
        var driver = try driver {
            $0.reloadSignal = .hangUp
            $0.splay = .seconds(4)
        }
        _ = write(&driver)
        #expect(change(&driver) == [])
        #expect(try driver.wait() == [.signalChild(.hangUp)])
        #expect(driver.now == .seconds(2))
    }

    @Test func `a child without one is ended and started again, and killed if it does not end`() throws {
        var driver = try driver { $0.killTimeout = .seconds(3) }
        _ = write(&driver)
        #expect(change(&driver) == [.signalChild(.interrupt)])
        #expect(try driver.wait() == [.killChild])
        #expect(driver.now == .seconds(3))
        #expect(driver.take(.childEnded(.signalled(9))) == [.startChild])
    }

    @Test func `a signal that ends the run ends the child first, without splay`() throws {
        var driver = try driver { $0.splay = .seconds(100) }
        _ = write(&driver)
        #expect(driver.take(.signal(.terminate)) == [.signalChild(.interrupt)])
        #expect(driver.take(.childEnded(.exited(3))) == [.end(.interrupted)])
    }

    @Test func `other signals are the child's`() throws {
        var driver = try driver()
        _ = write(&driver)
        let signal = try #require(ProcessSignal("SIGUSR1"))
        #expect(driver.take(.signal(signal)) == [.signalChild(signal)])
    }

    @Test func `a child whose time is up is ended`() throws {
        var driver = try driver { $0.timeout = .seconds(5) }
        _ = write(&driver)
        #expect(try driver.wait() == [.signalChild(.interrupt)])
        #expect(driver.take(.childEnded(.signalled(2))) == [.end(.child(130))])
    }
}
