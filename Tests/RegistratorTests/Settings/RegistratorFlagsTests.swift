import GoFlags
import Testing

@testable import Registrator

/// The command line, by gliderlabs' rules and texts.
struct RegistratorFlagsTests {
    private static func error(_ arguments: [String]) -> RegistratorUsageError? {
        do throws(RegistratorUsageError) {
            _ = try RegistratorFlags.parse(arguments)
            return nil
        } catch {
            return error
        }
    }

    @Test func `flags have one dash or two, and stand before the registries`() throws {
        let (options, registries) = try RegistratorFlags.parse([
            "-ip", "10.0.0.1", "--internal", "-explicit=false", "--ttl=30", "-ttl-refresh", "10", "-tags", "a,b",
            "-deregister", "on-success", "-cleanup", "-resync=5", "-retry-attempts", "-1", "--retry-interval=0x10",
            "-useIpFromLabel", "ip", "consulkv://h:8500/services", "etcd://h/services",
        ])
        #expect(registries == ["consulkv://h:8500/services", "etcd://h/services"])
        #expect(options.address == "10.0.0.1" && options.isInternal && !options.isExplicit && options.cleansUp)
        #expect(options.timeToLive == 30 && options.refresh == 10 && options.resync == 5)
        #expect(options.retryAttempts == -1 && options.retryInterval == 16 && options.addressLabel == "ip")
        #expect(options.deregister == "on-success" && options.tags == "a,b")
    }

    @Test func `times of one's own`() throws {
        let settings = RegistratorSettings(
            try RegistratorFlags.parse(["-ttl", "31", "-drain", "1m30s", "-keep", "consul://"]).options)
        #expect(settings.timeToLive == .seconds(31) && settings.refresh == .seconds(31) / 3)
        #expect(settings.drain == .seconds(90) && settings.keepsEntries)
        #expect(try RegistratorFlags.parse(["-drain=5", "consul://"]).options.drain == .seconds(5))
    }

    @Test func `nothing said is a minute of life, and gliderlabs' is for ever`() throws {
        let own = RegistratorSettings(try RegistratorFlags.parse(["consul://"]).options)
        #expect(own.timeToLive == .seconds(60) && own.refresh == .seconds(20) && own.resync == .seconds(60))
        #expect(own.attempts == nil && !own.keepsEntries && !own.keepsPaused)
        let theirs = RegistratorSettings(try RegistratorFlags.parse(["-compat", "consul://"]).options)
        #expect(theirs.timeToLive == nil && theirs.resync == nil && theirs.attempts == 0)
        #expect(theirs.keepsEntries && theirs.keepsPaused)
    }

    @Test(arguments: [
        ([], 2, "Missing required argument for registry URI.\n\nUsage of portico registrator:\n"),
        (["consul://a", "-ip", "1.2.3.4"], 2, "Extra unparsed arguments:\n  -ip 1.2.3.4\n"),
        (["-nosuch", "consul://a"], 2, "flag provided but not defined: -nosuch\nUsage of portico registrator:\n"),
        (["-forceTags", "a", "consul://a"], 2, "flag provided but not defined: -forceTags\n"),
        (["-ttl", "x", "consul://a"], 2, "invalid value \"x\" for flag -ttl: parse error\n"),
        (["--version", "consul://a"], 2, "flag provided but not defined: -version\n"),
        (["-ttl"], 2, "flag needs an argument: -ttl\n"),
        (["bogus"], 1, "unrecognized adapter: bogus"),
        (["-compat", "-ttl", "30", "consul://a"], 1, "-ttl and -ttl-refresh must be specified together or not at all"),
        (["-ttl-refresh", "30", "consul://a"], 1, "-ttl and -ttl-refresh must be specified together or not at all"),
        (["-ttl", "10", "-ttl-refresh", "10", "consul://a"], 1, "-ttl must be greater than -ttl-refresh"),
        (["-deregister", "never", "consul://a"], 1, "-deregister must be \"always\" or \"on-success\""),
        (["-retry-interval", "0", "consul://a"], 1, "-retry-interval must be greater than 0"),
        (["-prefer", "ipx", "consul://a"], 1, "-prefer must be \"ipv4\" or \"ipv6\""),
        (["-hostname", "a:b", "consul://a"], 1, "-hostname must hold no slash, colon or blank"),
        (["-h"], 0, "Usage of portico registrator:\n  portico registrator [options] <registry URI>"),
    ])
    func `what is wrong is told as gliderlabs' tells it`(_ arguments: [String], _ status: Int32, _ text: String) {
        let error = Self.error(arguments)
        #expect(error?.exitStatus == status)
        #expect(error?.description.hasPrefix(text) == true, "\(error?.description ?? "nothing")")
    }

    @Test func `the version is asked for alone`() throws {
        #expect(try RegistratorFlags.parse(["--version"]).options.showsVersion)
    }

    @Test func `usage knows every flag of the reference`() {
        for name in [
            "cleanup", "deregister", "explicit", "internal", "ip", "resync", "retry-attempts", "retry-interval", "tags",
            "ttl", "ttl-refresh", "useIpFromLabel",
        ] {
            #expect(RegistratorFlags.usageText.contains("\n  -\(name)"))
        }
    }
}
