package knowledge

// Problem is what is wrong with an item that curators want to lay over the
// base, in the words of the person who edits it.
type Problem struct {
	Item  Item
	Field string // place in the value such as outcomes[0].basis[1]; empty: the whole item
	Text  string // Indonesian
}
