// Package filestore keeps what people upload: a CV, a logo, a recording.
//
// There are two stores with one behaviour: Disk keeps files in a folder, S3 keeps
// objects in a bucket. A file is bytes under a random id that its document has
// named before it is written, so that none is forgotten. Who owns it, what it is
// called and who may read it is said by that document, and whoever serves it
// asks that document first.
//
// A file is whole or not there: it is written aside and put in place once it is
// on stable storage, and one that is longer than its limit leaves nothing behind.
// The stores hold no state of their own; their methods may be called from many
// goroutines.
package filestore
