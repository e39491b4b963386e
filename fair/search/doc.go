// Package search finds offers by what people type: with or without accents, in
// either gender of a job's title, by another name of the same occupation, with
// a typing mistake; by contract, occupation, stand and place with a radius.
//
// It keeps a bleve index in one directory. The index is a copy: everything in it
// can be had again from the store, so Open answers ErrRebuild rather than repair
// anything, and Rebuild makes a new one aside and puts it in place when it is
// whole. It answers ids only; who shows offers re-reads them, so that a closed
// offer never shows even when the index is behind.
//
// Only open offers are in the index; putting a closed one takes it out. Put and
// Remove may come late, twice or out of order: a lower revision than the one
// last seen by this process changes nothing.
//
// How a word is read: accents and case go, the feminine of an occupation becomes
// its masculine (gender.go), and a light stemmer removes plurals and endings. An
// unstemmed copy of the titles serves unfinished words and typing mistakes.
//
// An Index may be used by many goroutines. Writers take turns; searches never
// wait for them.
package search
