/// What was made of each of a list of objects, kept for those that are still there the next time.
///
/// Lists are expected to change little: an object is looked for near its former place, and made anew if it is not there.
struct IdentityCache<Key: AnyObject & Sendable, Value: Sendable>: Sendable {
    private var keys: [Key] = []
    private var values: [Value] = []
    private static var window: Int { 8 }

    /// `make` of each of `items`, or what it made of the same object the last time.
    mutating func map(_ items: [Key], _ make: (Key) -> Value) -> [Value] {
        var next: [Value] = []
        next.reserveCapacity(items.count)
        var old = 0
        for item in items {
            var place = old
            let end = min(old + Self.window, keys.count)
            while place < end, keys[place] !== item { place += 1 }
            if place < end {
                next.append(values[place])
                old = place + 1
            } else {
                next.append(make(item))
            }
        }
        keys = items
        values = next
        return next
    }
}
