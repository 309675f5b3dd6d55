/// Rules of Go's template language.
extension DocumentedExamples {
    static let language = [
        Example("{{-3}} {{- -3 -}} x", "-3-3x"), Example("a {{- /* note */ -}} b", "ab"),
        Example("{{\n 1\n}}", "1"),
        Example("{{ 'a' }} {{ 017 }} {{ 0x1F }} {{ 1_000 }} {{ 1e3 }} {{ 3.0 }}", "97 15 31 1000 1000 3"),
        Example(
            "{{ 999999.0 }} {{ 1000000.0 }} {{ 123456789.0 }} {{ 0.0001 }} {{ 0.00001 }}",
            "999999 1e+06 1.23456789e+08 0.0001 1e-05"),
        Example("{{ \"a\\tb\" }}{{ `a\\tb` }}", "a\tba\\tb"),
        Example("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "32"),
        Example("{{ if false }}a{{ else if 0 }}b{{ else }}c{{ end }}", "c"),
        Example("{{ with \"\" }}a{{ else with \"x\" }}{{ . }}{{ end }}", "x"),
        Example("{{ range 3 }}{{ . }}{{ end }}{{ range 0 }}a{{ else }}none{{ end }}", "012none"),
        Example(
            "{{ range $i, $e := \"a,b,c\" | split \",\" }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $i }}{{ $e }}{{ end }}",
            "0a2c"),
        Example("{{ range loop 9 }}{{ if eq . 2 }}{{ break }}{{ end }}{{ . }}{{ end }}", "01"),
        Example("{{ range $k, $v := parseJSON \"{\\\"b\\\":1,\\\"a\\\":2}\" }}{{ $k }}{{ $v }}{{ end }}", "a2b1"),
        Example(
            "{{ define \"a\" }}{{ . }}{{ end }}{{ template \"a\" 1 }}{{ block \"b\" 2 }}<{{ . }}>{{ end }}", "1<2>"),
        Example("{{ and 1 0 2 }} {{ or 0 \"\" 3 }} {{ not 0 }} {{ len \"é\" }}", "0 3 true 2"),
        Example("{{ index (parseJSON \"{\\\"a\\\":[1,2]}\") \"a\" 1 }} {{ slice \"abcd\" 1 3 }}", "2 bc"),
        Example("{{ print 1 2 }}{{ print \"a\" 1 \"b\" }}{{ println 1 \"a\" }}", "1 2a1b1 a\n"),
        Example(
            "{{ printf \"%05d|%-4s|%q|%x|%v|%t\" 42 \"ab\" \"c\" \"d\" 1.50 true }}", "00042|ab  |\"c\"|64|1.5|true"),
        Example(
            "{{ printf \"%d\" \"hi\" }}{{ printf \"%d\" }}{{ printf \"x\" 2 }}",
            "%!d(string=hi)%!d(MISSING)x%!(EXTRA int=2)"),
        Example(
            "{{ html \"<a&'>\" }} {{ js \"it's\" }} {{ urlquery \"a b&c\" }}", "&lt;a&amp;&#39;&gt; it\\'s a+b%26c"),
        Example(
            "{{ eq 1 2 1 }}{{ ne 1 2 }}{{ lt 1 2 }}{{ le 2 2 }}{{ gt \"b\" \"a\" }}{{ ge 1.0 2.0 }}",
            "truetruetruetruetruefalse"),
        Example("{{ .missing }}{{ if .missing }}a{{ else }}b{{ end }}", "<no value>b"),
        Example(
            "{{ print (parseJSON \"[1,\\\"a\\\",null,true]\") }}{{ parseJSON \"{\\\"a\\\":{}}\" }}",
            "[1 a <nil> true]map[a:map[]]"),
        Example("{{ if and (keyExists \"empty\") (not (keyExists \"none\")) }}yes{{ end }}", "yes"),
        Example(
            "{{ with service \"web\" }}{{ range . }}{{ .ServiceMeta.version }}[{{ .ServiceMeta.nope }}]{{ end }}{{ end }}",
            "v1[]"),
    ]
}
