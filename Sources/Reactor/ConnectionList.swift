/// Lists of connections threaded through the connections themselves, by their neighbours' indices; -1 ends one.
///
/// A connection is in one list at the most.
public enum ConnectionList {
    /// Puts the connection before the first of the list that begins at `head`.
    public static func push(_ connection: Ref<Connection>, at head: inout Int32, in slab: borrowing Slab<Connection>) {
        connection.value.listPrevious = -1
        connection.value.listNext = head
        if head >= 0 { slab[head].value.listPrevious = connection.value.index }
        head = connection.value.index
    }

    /// Takes the connection out of the list that begins at `head`.
    public static func remove(
        _ connection: Ref<Connection>, from head: inout Int32, in slab: borrowing Slab<Connection>
    ) {
        let previous = connection.value.listPrevious
        let next = connection.value.listNext
        if previous >= 0 {
            slab[previous].value.listNext = next
        } else {
            head = next
        }
        if next >= 0 { slab[next].value.listPrevious = previous }
        connection.value.listPrevious = -1
        connection.value.listNext = -1
    }
}
