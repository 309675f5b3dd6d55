/// Functions, in the order of the documentation.
extension DocumentedExamples {
    static let store = [
        Example(#"{{ key "service/redis/maxconns" }}"#, "5"), Example(#"{{ key "/service/redis/maxconns" }}"#, "5"),
        Example(#"{{ key "none" }}"#, "?kv.block(none)"),
        Example(#"{{ keyExists "empty" }} {{ keyExists "none" }}"#, "true false"),
        Example(#"{{ keyOrDefault "none" "d" }}{{ keyOrDefault "empty" "e" }}{{ keyOrDefault "count" "f" }}"#, "de12"),
        Example(
            #"{{ range ls "service/redis" }}{{ .Key }}={{ .Value }};{{ end }}"#, "maxconns=5;minconns=2;"),
        Example(
            #"{{ range tree "service/redis" }}{{ .Key }}={{ .Value }};{{ end }}"#, "deep/a=d;maxconns=5;minconns=2;"),
        // A prefix is no folder.
        Example(
            #"{{ range tree "tree" }}{{ .Path }}={{ .Key }};{{ end }}"#, "tree/a=a;tree/b/c=b/c;treehouse=house;"),
        Example(#"{{ range safeLs "none" }}x{{ end }}"#, "?kv.list(none)"),
        Example(#"{{ range safeTree "tree/" }}{{ .Key }};{{ end }}"#, "a;b/c;"),
        Example(#"{{ range service "web" }}{{ .Name }} {{ .Address }}:{{ .Port }}{{ end }}"#, "web 10.0.0.1:8080"),
        Example(#"{{ range service "web|any" }}{{ .ID }} {{ end }}"#, "web-1 web-2 web-3 "),
        Example(#"{{ range service "web" "passing,warning" }}{{ .ID }} {{ end }}"#, "web-1 web-2 "),
        Example(#"{{ range service "blue.web|any" }}{{ .ID }}{{ end }}"#, "web-1"),
        Example(#"{{ len (service "none") }}{{ len (service "web|,") }}"#, "00"),
        Example(
            #"{{ with service "web" }}{{ with index . 0 }}{{ .Node }}{{ .Tags }}{{ end }}{{ end }}"#, "n1[blue prod]"),
        Example(#"{{ range services }}{{ .Name }}{{ .Tags | join "," }};{{ end }}"#, "consul;webblue,prod;"),
        Example(#"{{ range nodes }}{{ .Node }} {{ .Address }}{{ end }}"#, "n1 10.0.0.1"),
        Example(#"{{ with node }}{{ .Node.Node }}{{ end }}{{ with node "none" }}[{{ .Node }}]{{ end }}"#, "n1[<nil>]"),
        Example(#"{{ datacenters }}{{ datacenters true | len }}"#, "[dc1 dc2]2"),
        Example(#"{{ file "/etc/motd" }}{{ file " /etc/motd " }}"#, "hello\nhello\n"),
    ]

    static let texts = [
        Example(
            #"{{ "HELLO" | toLower }} {{ "hello" | toUpper }} {{ "hello wORLD" | toTitle }}"#, "hello HELLO Hello WORLD"
        ),
        Example(#"{{ trim "/" "//a/b/" }} {{ trimPrefix "ab" "abab" }} {{ trimSuffix "/" "a//" }}"#, "a/b ab a/"),
        Example(#"[{{ " a b\n" | trimSpace }}]"#, "[a b]"), Example(#"{{ "a-b-c" | replaceAll "-" "_" }}"#, "a_b_c"),
        Example(#"{{ "foo.bar" | regexMatch "foo([.a-z]+)" }}{{ "x" | regexMatch "^y" }}"#, "truefalse"),
        Example(#"{{ "foo.bar" | regexReplaceAll "foo([.a-z]+)" "${1}!" }}"#, ".bar!"),
        // The group that is named 1y.
        Example(#"[{{ "ab" | regexReplaceAll "(a)b" "$1y" }}]"#, "[]"),
        Example(#"{{ range " a,b " | split "," }}<{{ . }}>{{ end }}{{ "" | split "," | len }}"#, "<a><b>0"),
        Example(#"{{ "a,b" | split "," | join "+" }}"#, "a+b"),
        Example(#"{{ "a:1,b:2:3,c" | splitToMap "," ":" }}"#, "map[a:1 b:2:3]"),
        Example("{{ \"a\\n\\nb\" | indent 2 }}", "  a\n\n  b"),
        Example(#"{{ "abc" | contains "b" }}{{ in "abc" "d" }}"#, "truefalse"),
        Example(#"{{ if service "web|any" | len | eq 3 }}three{{ end }}"#, "three"),
        Example(
            #"{{ env "CLUSTER_ID" }}[{{ env "NONE" }}]{{ envOrDefault "NONE" "d" }}[{{ envOrDefault "EMPTY" "d" }}]"#,
            "7[]d[]"),
        Example(
            #"{{ timestamp }} {{ timestamp "2006-01-02" }} {{ timestamp "unix" }}"#,
            "2024-02-29T13:04:05Z 2024-02-29 1709211845"),
        Example(
            #"{{ base64Encode "hello" }} {{ base64Decode "aGVsbG8=" }} {{ base64URLEncode "??>" }}"#,
            "aGVsbG8= hello Pz8-"),
        Example(#"{{ base64URLDecode "Pz8-" }}"#, "??>"),
        Example(#"{{ "hello" | md5sum }}"#, "5d41402abc4b2a76b9719d911017c592"),
        Example(#"{{ "hello" | sha256Hex }}"#, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        Example(
            #"{{ hmacSHA256Hex "what do ya want for nothing?" "Jefe" }}"#,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ]

    static let conversions = [
        Example(#"{{ "T" | parseBool }}{{ "" | parseBool }}"#, "truefalse"),
        Example(
            #"{{ "1.20" | parseFloat }} {{ "-7" | parseInt }} {{ "7" | parseUint }} {{ "" | parseInt }}"#, "1.2 -7 7 0"),
        Example(#"{{ with key "config" | parseJSON }}{{ .a.b }} {{ index .list 1 }}{{ end }}"#, "1e+06 2"),
        Example(#"{{ with parseYAML "a: 1\nb: [x, y]" }}{{ .a }}{{ .b }}{{ end }}"#, "1[x true]"),
        Example(#"{{ parseJSON "" | len }}"#, "0"),
        Example(
            #"{{ toJSON (parseJSON "{\"b\": \"<&>\", \"a\": [1, null]}") }}"#,
            #"{"a":[1,null],"b":"\u003c\u0026\u003e"}"#),
        Example(#"{{ toUnescapedJSON (parseJSON "{\"b\": \"<&>\"}") }}"#, #"{"b":"<&>"}"#),
        Example(#"{{ parseJSON "{\"a\": 1}" | toJSONPretty }}"#, "{\n  \"a\": 1\n}"),
        Example(
            #"{{ parseJSON "{\"k10\": \"yes\", \"k9\": 1, \"y\": \"1\"}" | toYAML }}"#,
            "k9: 1\nk10: \"yes\"\n\"y\": \"1\""),
        Example(#"{{ parseJSON "{\"a\": 1, \"b\": {\"c\": \"d\"}}" | toTOML }}"#, "a = 1.0\n\n[b]\n  c = \"d\""),
        Example(#"{{ eq (parseJSON "1") 1.0 }} {{ printf "%d" (parseJSON "8080") }}"#, "true %!d(float64=8080)"),
        Example(#"{{ eq (key "count" | parseInt) 12 }}"#, "true"),
    ]

    static let collections = [
        Example(
            #"{{ range $group, $pairs := tree "groups/" | byKey }}{{ $group }}:{{ range $key, $pair := $pairs }}{{ $key }}={{ $pair.Value }},{{ end }};{{ end }}"#,
            "db:n1/port=5432,;web:n1/port=80,n2/port=81,;"),
        Example(
            #"{{ range $tag, $list := service "web|any" | byTag }}{{ $tag }}:{{ range $list }}{{ .ID }} {{ end }};{{ end }}"#,
            "blue:web-1 ;prod:web-1 web-2 ;"),
        Example(
            #"{{ range $key, $list := service "web|any" | byMeta "version,shard|int" }}{{ $key }}:{{ len $list }};{{ end }}"#,
            "_no_version__00000:1;v1_00007:1;v2_00000:1;"),
        Example(#"{{ with tree "groups" | explode }}{{ .web.n2.port }}{{ .lone }}{{ end }}"#, "81x"),
        Example(
            #"{{ explodeMap (parseJSON "{\"a/b\": \"1\", \"a/c\": \"2\"}") | toJSON }}"#, #"{"a":{"b":"1","c":"2"}}"#),
        Example(
            #"{{ mergeMap (parseJSON "{\"a\": 1, \"b\": \"\"}") (parseJSON "{\"a\": 2, \"b\": \"x\"}") | toJSON }}"#,
            #"{"a":1,"b":"x"}"#),
        Example(#"{{ in (parseJSON "[1,2]") 1 }}{{ in (parseJSON "[1,2]") 1.0 }}"#, "falsetrue"),
        Example(
            #"{{ with $none := parseJSON "[]" }}{{ else }}{{ containsAll $none $none }}{{ containsAny $none $none }}{{ containsNone $none $none }}{{ containsNotAll $none $none }}{{ end }}"#,
            "truefalsetruefalse"),
        Example(
            #"{{ range service "web|any" }}{{ if .Tags | containsAll (parseJSON "[\"blue\",\"prod\"]") }}{{ .ID }}{{ end }}{{ end }}"#,
            "web-1"),
        Example(
            #"{{ define "t" }}<{{ . }}>{{ end }}{{ executeTemplate "t" "x" | toUpper }}{{ template "t" 1 }}"#, "<X><1>"),
        Example(
            #"{{ scratch.Set "a" 1 }}{{ scratch.SetX "a" 2 }}{{ scratch.Get "a" }}{{ scratch.Key "a" }}{{ scratch.MapSet "m" "y" 2 }}{{ scratch.MapSet "m" "x" 1 }}{{ scratch.MapValues "m" }}"#,
            "1true[1 2]"),
        Example(
            #"{{ range loop 3 }}{{ . }}{{ end }}|{{ range $i := loop 5 7 }}{{ $i }}{{ end }}|{{ range loop "2" }}.{{ end }}"#,
            "012|56|.."),
        Example(#"{{ sprig_list 1 2 | sprig_join "-" }}{{ "x" | sprig_repeat 3 }}"#, "1-2xxx"),
    ]

    static let numbers = [
        Example(#"{{ add 1 2 }} {{ subtract 1 2 }} {{ multiply 2 3 }} {{ divide 2 7 }} {{ modulo 2 7 }}"#, "3 1 6 3 1"),
        Example(#"{{ 2 | add 1 }} {{ 5 | subtract 2 }} {{ 8 | divide 2 }}"#, "3 3 4"),
        Example(#"{{ add 1.5 2 }} {{ divide 2 7.0 }} {{ divide 0.0 1.0 }}"#, "3.5 3.5 +Inf"),
        Example(#"{{ minimum 5 2 }} {{ maximum 5 2 }} {{ minimum 2.5 3 }}"#, "2 5 2.5"),
        Example(#"{{ key "service/redis/maxconns" | parseInt | add 10 }}"#, "15"),
    ]

    static let failures = [
        Example(#"{{ mustEnv "NONE" }}"#, "NONE"), Example(#"{{ divide 0 1 }}"#, "divide"),
        Example(#"{{ add "1" 2 }}"#, "error calling add"), Example(#"{{ indent -1 "a" }}"#, "error calling indent"),
        Example(#"{{ join "," (parseJSON "[\"a\"]") }}"#, "wrong type for value"),
        Example(#"{{ loop 1.5 }}"#, "error calling loop"),
        Example(#"{{ eq (parseJSON "1") 1 }}"#, "incompatible types for comparison"),
        Example(#"{{ key "a?b=c" }}"#, "invalid query parameter key"),
        Example(#"{{ service "web|odd" }}"#, "invalid filter"),
        Example(#"{{ secret "a" }}"#, "Vault"), Example(#"{{ .a[0] }}"#, "bad character U+005B '['"),
        Example(#"{{ nofunction }}"#, #"function "nofunction" not defined"#),
        Example(#"{{ $x }}"#, #"undefined variable "$x""#),
        Example(#"{{ template "none" }}"#, "none"),
        Example(#"{{ index (parseJSON "[1]") 9 }}"#, "index out of range: 9"),
        Example("{{ if true }}", "unexpected EOF"), Example("{{ break }}", "{{break}} outside {{range}}"),
        Example(#"{{ "a" "b" }}"#, "can't give argument to non-function"), Example("{{ /* x */}}", "unexpected"),
        Example("a\n{{ len 3 }}", ":2:3: executing"),
    ]
}
