// Package frontend holds everything a browser receives: the pages of the public
// site as html/template files, the texts in French and English, and the scripts,
// styles, icons and font that Vite builds into dist.
//
// It is embedded whole, so that one binary serves the fair. It imports nothing of
// ours: package web fills the plain structs of pages.go and hands them to a Site.
//
// A clone that has not been built still compiles: dist then holds only .gitkeep,
// Built answers false, and every page says to run make.
//
// Forms. They work without scripts, post as application/x-www-form-urlencoded,
// and expect 303 back, or the same page again with a Problem or a Notice. In
// English every address below begins with /en.
//
//	/sign-in               mail, next                        sends a code
//	/sign-in/code          mail, code, next                  signs in
//	/sign-out                                                signs out
//	/demo/enter            role                              signs in as one of the demo
//	/fairs/{fair}/book     slot, channel, key, stand, offer, back
//
// Content security. No page holds an inline script that runs, an event handler
// attribute or a style attribute. One <style> element is inlined (the whole style
// sheet of the public pages, so that the first paint waits for nothing); its hash
// is Site.StyleHash, for the header
//
//	default-src 'self'; style-src 'self' '<hash>'; img-src 'self' data: blob:; ...
//
// A JSON-LD or JSON block is data, not script, and needs no permission.
//
// Everything here is read-only after NewSite and may be used by many goroutines.
package frontend
