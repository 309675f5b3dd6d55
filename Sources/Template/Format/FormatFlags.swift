/// The flags, width and precision of one directive of a format.
struct FormatFlags {
    /// The least number of characters; nil when not given.
    var width: Int?
    /// What stands after the point; nil when not given.
    var precision: Int?
    /// `-`: blanks go to the right.
    var minus = false
    /// `+`: a sign always; ASCII only when quoting.
    var plus = false
    /// `#`: an alternate form.
    var sharp = false
    /// A blank: room for a sign; blanks between octets.
    var space = false
    /// `0`: zeros instead of blanks.
    var zero = false
    /// `%+v`: names of fields.
    var plusValue = false
    /// `%#v`: Go's syntax.
    var sharpValue = false

    /// For the verb v, `+` and `#` mean forms of their own and lose their meaning for what is inside.
    mutating func turnToValueForms() {
        sharpValue = sharp
        sharp = false
        plusValue = plus
        plus = false
    }
}
