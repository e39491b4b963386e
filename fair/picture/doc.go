// Package picture draws what other sites show of a page of ours when somebody
// shares its address: its title on paper, whose it is and when. It knows no page and
// keeps nothing; it draws with the Go fonts, which its binary holds, so that a
// picture is the same everywhere. A picture takes some tens of milliseconds of one
// core: who serves them keeps them, and draws few at once.
package picture
