import Testing

@testable import Renderer

/// Sprig's functions, by what its documentation says they give.
@Suite struct SprigFunctionTests {
    @Test(arguments: [
        (#"sprig_abbrev 5 "hello world""#, "he..."), (#"sprig_abbrevboth 5 10 "1234 5678 9123""#, "...5678..."),
        (#"sprig_initials "First Try""#, "FT"), (#"sprig_wrapWith 5 "\t" "Hello World""#, "Hello\tWorld"),
        (#"sprig_snakecase "HTTPServer20xOK""#, "http_server_20x_ok"), (#"sprig_snakecase "NoHTTPS""#, "no_https"),
        (#"sprig_kebabcase "FirstName""#, "first-name"), (#"sprig_camelcase "_complex__case_""#, "_Complex_Case_"),
        (#"sprig_swapcase "aB""#, "Ab"), (#"sprig_plural "one" "many" 1"#, "one"),
        (#"sprig_squote 1 nil "a""#, "'1' 'a'"),
        (#"sprig_regexSplit "z+" "pizza" -1"#, "[pi a]"), (#"sprig_regexFindAll "[2468]" "123456789" 2"#, "[2 4]"),
        (#"sprig_addf 0.1 0.2"#, "0.3"), (#"sprig_divf 10 3"#, "3.3333333333333335"),
        ("sprig_seq 0 2 10", "0 2 4 6 8 10"),
        ("sprig_round 123.5555 3", "123.556"), (#"sprig_int64 "0x10""#, "16"),
        ("sprig_chunk 2 (sprig_list 1 2 3)", "[[1 2] [3]]"),
        (#"sprig_without (sprig_list 1 2 3) 1 3"#, "[2]"), (#"sprig_uniq (sprig_list 1 1 2)"#, "[1 2]"),
        (#"sprig_splitn "$" 2 "a$b$c""#, "map[_0:a _1:b$c]"), (#"sprig_coalesce 0 "" "x""#, "x"),
        (#"sprig_dir "a/b/../c""#, "a"), (#"sprig_clean "a/../../b""#, "../b"),
        (#"(sprig_urlParse "http://a:b@h:80/p?q#f").userinfo"#, "a:b"), (#"sprig_durationRound "26h""#, "1d"),
        (#"sprig_duration "95""#, "1m35s"),
        (#"sprig_toDate "2006-01-02" "2024-01-02""#, "2024-01-02 00:00:00 +0000 UTC"),
        (#"sprig_semverCompare "^1.2.0" "1.3.0""#, "true"), (#"sprig_semverCompare "~1.2.3" "1.3.0""#, "false"),
        (#"sprig_semverCompare ">=1.2 <2 || ^3" "3.1.0""#, "true"), (#"sprig_semverCompare "1.2.x" "1.2.9""#, "true"),
        (#"sprig_semverCompare ">1.0.0" "1.1.0-beta""#, "false"), (#"(sprig_semver "1.2.3-b+c").Prerelease"#, "b"),
        (#"sprig_kindOf (sprig_dict)"#, "map"), (#"sprig_default "d" 0"#, "d"),
        (#"sprig_adler32sum "hello""#, "103547413"),
    ])
    func `gives what is documented`(call: String, text: String) {
        #expect(FunctionTexts.text(of: "{{\(call)}}") == text)
    }

    @Test(arguments: [
        (#"sprig_substr 4 2 "hello""#, "runtime error: slice bounds out of range [4:2]"),
        ("sprig_div 1 0", "runtime error: integer divide by zero"),
        (#"sprig_first "abc""#, "Cannot find first on type string"), (#"sprig_fail "no""#, "no"),
        (#"sprig_regexFind "[" "x""#, "regexp: Compile(`[`): error parsing regexp: missing closing ]: `[`"),
        ("sprig_repeat 1000000000 \"abc\"", "the result would be longer than 67108864 octets"),
        ("sprig_untilStep 0 9223372036854775807 1", "the result would have more than 1000000 elements"),
    ])
    func `fails as documented`(call: String, reason: String) {
        #expect(FunctionTexts.reason(of: "{{\(call)}}") == reason)
    }

    @Test func `maps are the same wherever a template holds them`() {
        let template =
            #"{{$a := sprig_dict "x" 1}}{{$b := sprig_list $a}}{{$_ := sprig_set $a "y" 2}}{{$b}}{{$_ := sprig_unset $a "x"}}{{$a}}"#
        #expect(FunctionTexts.text(of: template) == "[map[x:1 y:2]]map[y:2]")
    }

    @Test(arguments: ["toJSON $d", "toYAML $d", "toTOML $d", "sprig_deepCopy $d", "mergeMap $d $e", "print $d"])
    func `a map within itself ends with an error`(call: String) {
        let maps =
            #"{{$d := sprig_dict}}{{$_ := sprig_set $d "d" $d}}{{$e := sprig_dict}}{{$_ := sprig_set $e "d" $e}}"#
        let text = FunctionTexts.text(of: "\(maps){{\(call)}}")
        #expect(text.hasPrefix("!") || call.hasPrefix("print"))
    }
}
