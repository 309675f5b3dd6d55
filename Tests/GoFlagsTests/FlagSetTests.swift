import GoFlags
import Testing

@Suite struct FlagSetTests {
    struct Options: Sendable, Equatable {
        var isOnce = false
        var verifies = true
        var address = "127.0.0.1"
        var token = ""
        var attempts = 12
        var limit: UInt = 0
        var share = 0.5
        var backoff = Duration.milliseconds(250)
        var size: Int64 = 0
        var files: [String] = []
        var pairs: [String] = []
    }

    static let flags: FlagSet<Options> = {
        var flags = FlagSet(name: "prog", defaults: Options())
        flags.boolean("once", \.isOnce, "run once")
        flags.boolean("verify", \.verifies, "check certificates")
        flags.string("addr", \.address, "the `host` to ask")
        flags.string("token", \.token)
        flags.integer("attempts", \.attempts, "how often")
        flags.unsigned("limit", \.limit)
        flags.number("share", \.share)
        flags.duration("backoff", \.backoff, "first wait\nof many")
        flags.size("size", \.size)
        flags.strings("config", \.files)
        flags.custom("pair", "a pair") { options, text throws(FlagValueError) in
            guard text.contains(":") else { throw FlagValueError("a pair is a:b") }
            options.pairs.append(text)
        }
        flags.customBoolean("quiet") { options, isQuiet in options.token = isQuiet ? "q" : "n" }
        flags.alias("o", of: "once")
        return flags
    }()

    private func options(_ arguments: [String]) throws -> Options { try Self.flags.parse(arguments).options }

    @Test(arguments: [
        ["-addr", "x"], ["--addr", "x"], ["-addr=x"], ["--addr=x"], ["-addr", "y", "-addr=x"],
    ])
    func `one dash and two, a blank and an equals sign mean the same, and the last one wins`(arguments: [String]) throws
    {
        #expect(try options(arguments).address == "x")
    }

    @Test(arguments: [
        (["-once"], true), (["-once=false"], false), (["-once=T"], true), (["--once=0"], false), (["-o"], true),
        (["-once", "-once=false"], false),
    ])
    func `a boolean takes a value only behind an equals sign`(arguments: [String], isOnce: Bool) throws {
        #expect(try options(arguments).isOnce == isOnce)
    }

    @Test func `a boolean leaves the next argument alone`() throws {
        let parsed = try Self.flags.parse(["-once", "false", "-verify=false"])
        #expect(parsed.options.isOnce)
        #expect(parsed.options.verifies)
        #expect(parsed.arguments == ["false", "-verify=false"])
        #expect(parsed.given == ["once"])
    }

    @Test(arguments: [
        (["-once", "--", "-verify=false"], ["-verify=false"]), (["--"], []), (["a", "-once"], ["a", "-once"]),
        (["-", "-once"], ["-", "-once"]), (["", "x"], ["", "x"]), ([], []),
    ])
    func `flags end at the first argument that is none`(arguments: [String], rest: [String]) throws {
        #expect(try Self.flags.parse(arguments).arguments == rest)
    }

    @Test func `a value may be empty, begin with a dash or hold equals signs`() throws {
        #expect(try options(["-addr="]).address == "")
        #expect(
            try options(["-addr", "-once"])
                == {
                    var options = Options(); options.address = "-once"; return options
                }())
        #expect(try options(["-addr", "--"]).address == "--")
        #expect(try options(["-addr=a=b=c"]).address == "a=b=c")
    }

    @Test func `every type of value arrives`() throws {
        let options = try options([
            "-attempts=-0x10", "-limit", "1_000", "-share=1e-3", "-backoff", "1m0.5s", "-size", "1.5k", "-config", "a",
            "-config=b", "-pair", "k:v", "-quiet",
        ])
        #expect(options.attempts == -16)
        #expect(options.limit == 1_000)
        #expect(options.share == 0.001)
        #expect(options.backoff == .milliseconds(60_500))
        #expect(options.size == 1536)
        #expect(options.files == ["a", "b"])
        #expect(options.pairs == ["k:v"])
        #expect(options.token == "q")
    }

    @Test(arguments: [
        (["-nope"], "flag provided but not defined: -nope"),
        (["--nope=1"], "flag provided but not defined: -nope"),
        (["---once"], "bad flag syntax: ---once"),
        (["-=x"], "bad flag syntax: -=x"),
        (["--=x"], "bad flag syntax: --=x"),
        (["-addr"], "flag needs an argument: -addr"),
        (["-once=maybe"], "invalid boolean value \"maybe\" for -once: parse error"),
        (["-once="], "invalid boolean value \"\" for -once: parse error"),
        (["-quiet=2"], "invalid boolean value \"2\" for -quiet: parse error"),
        (["-attempts", "1.5"], "invalid value \"1.5\" for flag -attempts: parse error"),
        (
            ["-attempts", "9223372036854775808"],
            "invalid value \"9223372036854775808\" for flag -attempts: value out of range"
        ),
        (["-limit", "-1"], "invalid value \"-1\" for flag -limit: parse error"),
        (["-share", "1e999"], "invalid value \"1e999\" for flag -share: value out of range"),
        (["-backoff", "5"], "invalid value \"5\" for flag -backoff: parse error"),
        (["-size", "5 apples"], "invalid value \"5 apples\" for flag -size: parse error"),
        (["-pair", "a\"b\n"], "invalid value \"a\\\"b\\n\" for flag -pair: a pair is a:b"),
    ])
    func `errors are in Go's words and end with 2`(arguments: [String], message: String) throws {
        let error = #expect(throws: FlagError.self) { try Self.flags.parse(arguments) }
        #expect(error?.description == message)
        #expect(error?.exitStatus == 2)
    }

    @Test(arguments: [["-h"], ["--help"], ["-help=now"], ["-once", "-h"]])
    func `help is asked for, unless a flag has that name`(arguments: [String]) throws {
        let error = #expect(throws: FlagError.self) { try Self.flags.parse(arguments) }
        #expect(error == .help)
        #expect(error?.exitStatus == 0)
        var flags = FlagSet(name: "", defaults: Options())
        flags.string("h", \.address)
        #expect(try flags.parse(["-h", "x"]).options.address == "x")
    }

    @Test func `usage is what Go prints`() {
        #expect(
            Self.flags.usageText == """
                Usage of prog:
                  -addr host
                    \tthe host to ask (default "127.0.0.1")
                  -attempts int
                    \thow often (default 12)
                  -backoff duration
                    \tfirst wait
                    \tof many (default 250ms)
                  -config value
                    \t
                  -limit uint
                    \t
                  -o\trun once
                  -once
                    \trun once
                  -pair value
                    \ta pair
                  -quiet
                    \t
                  -share float
                    \t (default 0.5)
                  -size size
                    \t
                  -token string
                    \t
                  -verify
                    \tcheck certificates (default true)

                """)
        #expect(FlagSet(name: "", defaults: Options()).usageText == "Usage:\n")
    }

    @Test func `a lone back quote in usage stays`() {
        var flags = FlagSet(name: "", defaults: Options())
        flags.string("token", \.token, "it`s one")
        #expect(flags.defaultsText == "  -token string\n    \tit`s one\n")
    }
}
