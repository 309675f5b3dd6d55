public import GoFlags

/// The command line of `portico render`: consul-template's flags, and Portico's own.
public enum RenderFlags {
    /// The flags.
    public static let flags: FlagSet<RenderOptions> = {
        var flags = FlagSet(name: "portico render", defaults: RenderOptions())
        addModes(to: &flags)
        for value in values { add(value, to: &flags) }
        addComposed(to: &flags)
        return flags
    }()

    /// The options that `arguments` say.
    ///
    /// Throws what is wrong with them, ``FlagError/help`` too; an argument that is left over is an error as well.
    public static func parse(_ arguments: [String]) throws(RenderFlagError) -> RenderOptions {
        let parsed: ParsedFlags<RenderOptions>
        do throws(FlagError) {
            parsed = try flags.parse(arguments)
        } catch {
            throw .flag(error)
        }
        guard parsed.arguments.isEmpty else { throw .extraArguments(parsed.arguments) }
        return parsed.options
    }

    /// The help.
    public static var usageText: String {
        """
        Usage: portico render [options]

          Renders templates from the store whenever it changes, checks the new text, puts it into its
          place and reloads what reads it. Runs until it is ended, or with -once until all is rendered.

        Options:

        \(flags.defaultsText)
        """
    }

    private static func addModes(to flags: inout FlagSet<RenderOptions>) {
        flags.strings("config", \.configurationPaths, "`file` or folder with the configuration; several are merged")
        flags.boolean("once", \.isOnce, "end when everything was rendered once")
        flags.boolean("dry", \.isDry, "print what would be written instead of writing it")
        flags.boolean("parse-only", \.isParseOnly, "check the configuration and the templates' syntax, then end")
        flags.boolean("v", \.showsVersion, "print the version")
        flags.alias("version", of: "v")
        flags.boolean("rollback", \.rollsBack, "put the last good version of each file back, then end")
    }

    /// Adds a flag that says one key.
    private static func add(_ value: FlagKey, to flags: inout FlagSet<RenderOptions>) {
        let place = SourcePlace(source: "-" + value.flag)
        let path = value.key.split(separator: ".").map(String.init)
        if value.kind == .boolean {
            flags.customBoolean(value.flag, value.usage) { options, isOn in
                options.layer.set(path, .boolean(isOn), at: place)
            }
            return
        }
        flags.custom(value.flag, value.usage) { options, text throws(FlagValueError) in
            options.layer.set(path, try value.kind.content(text, at: place), at: place)
        }
    }

    /// Adds the flags that say several keys.
    private static func addComposed(to flags: inout FlagSet<RenderOptions>) {
        flags.custom("template", "a template as `in:out:command`; the command may be left out; several are rendered") {
            options, text throws(FlagValueError) in
            let place = SourcePlace(source: "-template")
            let template = try TemplateArgument(text)
            let members = [
                ("source", template.source), ("destination", template.destination), ("command", template.command),
            ]
            let fields = members.compactMap { name, value in
                value.map {
                    ConfigurationField(name: name, place: place, value: ConfigurationNode(.text($0), at: place))
                }
            }
            options.layer.set(["template"], .list([ConfigurationNode(.object(fields), at: place)]), at: place)
        }
        flags.custom("exec", "run `command` as a child, and tell it of new files or start it again") { options, text in
            let place = SourcePlace(source: "-exec")
            options.layer.set(["exec", "command"], .text(text), at: place)
            options.layer.set(["exec", "enabled"], .boolean(true), at: place)
        }
        flags.custom("wait", "how long changes are gathered, `min:max`; max may be left out") {
            options, text throws(FlagValueError) in
            let place = SourcePlace(source: "-wait")
            let window = try WaitWindow(text)
            options.layer.set(["wait", "min"], .text(window.minimum.goText), at: place)
            options.layer.set(["wait", "enabled"], .boolean(window.maximum > .zero), at: place)
            options.layer.set(["wait", "max"], .text(window.maximum.goText), at: place)
        }
        flags.custom("consul-auth", "`user:password` of HTTP's basic authentication towards Consul") {
            options, text throws(FlagValueError) in
            guard !text.isEmpty else { throw FlagValueError("auth: cannot be empty") }
            let place = SourcePlace(source: "-consul-auth")
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            options.layer.set(["consul", "auth", "enabled"], .boolean(true), at: place)
            options.layer.set(["consul", "auth", "username"], .text(parts[0]), at: place)
            if parts.count == 2 { options.layer.set(["consul", "auth", "password"], .text(parts[1]), at: place) }
        }
    }
}
