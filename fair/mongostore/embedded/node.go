package embedded

import (
	"strconv"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// node is a value being changed. A document or an array is opened into its
// children only when an update walks into it; all else stays encoded bytes.
type node struct {
	v    value
	kids []child
	open bool
}

type child struct {
	name string // empty in an array
	node *node
}

func leaf(v value) *node { return &node{v: v} }

func newDocNode() *node {
	return &node{v: value{Type: bson.TypeEmbeddedDocument}, open: true}
}

func newArrayNode() *node { return &node{v: value{Type: bson.TypeArray}, open: true} }

func (n *node) isDoc() bool   { return n.v.Type == bson.TypeEmbeddedDocument }
func (n *node) isArray() bool { return n.v.Type == bson.TypeArray }

// children opens n, a document or an array.
func (n *node) children() []child {
	if n.open {
		return n.kids
	}
	for key, v := range elements(n.v.Data) {
		c := child{node: leaf(v)}
		if n.isDoc() {
			c.name = string(key)
		}
		n.kids = append(n.kids, c)
	}
	n.open, n.v.Data = true, nil
	return n.kids
}

// get finds a field of a document or a position of an array; nil if absent or
// if n is neither.
func (n *node) get(part string) *node {
	if i := n.at(part); i >= 0 {
		return n.kids[i].node
	}
	return nil
}

func (n *node) at(part string) int {
	switch {
	case n.isDoc():
		for i, c := range n.children() {
			if c.name == part {
				return i
			}
		}
	case n.isArray():
		if i, ok := arrayIndex(part); ok && i < len(n.children()) {
			return i
		}
	}
	return -1
}

func (n *node) put(name string, v *node) {
	if i := n.at(name); i >= 0 {
		n.kids[i].node = v
		return
	}
	n.kids = append(n.kids, child{name, v})
}

func (n *node) drop(i int) { n.kids = append(n.kids[:i:i], n.kids[i+1:]...) }

// value encodes n as it now is.
func (n *node) value() value {
	if !n.open {
		return n.v
	}
	at, out := bsoncore.AppendDocumentStart(nil)
	for i, c := range n.kids {
		name := c.name
		if n.isArray() {
			name = strconv.Itoa(i)
		}
		out = bsoncore.AppendValueElement(out, name, c.node.value())
	}
	out, _ = bsoncore.AppendDocumentEnd(out, at)
	return value{Type: n.v.Type, Data: out}
}

// find walks an existing path, through documents and array positions.
func (n *node) find(p path) *node {
	for _, part := range p {
		if n = n.get(part); n == nil {
			return nil
		}
	}
	return n
}

// maxPadding bounds the nulls written to reach a far array position.
const maxPadding = 1_500_000

// make walks to the parent of the last component, creating documents, and says
// under which name the last one lives there.
func (n *node) make(p path) (parent *node, name string, err error) {
	for i, part := range p {
		if !n.isDoc() && !n.isArray() {
			return nil, "", fail(codePathNotViable, "Cannot create field '%s' in element {%s: %s}",
				part, lastOf(p[:i]), typeName(n.v.Type))
		}
		if n.isArray() {
			index, ok := arrayIndex(part)
			if !ok {
				return nil, "", fail(codePathNotViable, "Cannot create field '%s' in element {%s: array}",
					part, lastOf(p[:i]))
			}
			if index-len(n.children()) > maxPadding {
				return nil, "", fail(codeBadValue, "cannot pad an array with more than %d nulls", maxPadding)
			}
			for len(n.kids) < index {
				n.kids = append(n.kids, child{node: leaf(nullValue)})
			}
		}
		if i == len(p)-1 {
			return n, part, nil
		}
		next := n.get(part)
		if next == nil {
			next = newDocNode()
			n.put(part, next)
		}
		n = next
	}
	return nil, "", fail(codeEmptyFieldName, "An empty update path is not valid.")
}

func lastOf(p path) string {
	if len(p) == 0 {
		return ""
	}
	return p[len(p)-1]
}

// set writes v at p, creating what is absent.
func (n *node) set(p path, v *node) error {
	parent, name, err := n.make(p)
	if err != nil {
		return err
	}
	parent.put(name, v)
	return nil
}
