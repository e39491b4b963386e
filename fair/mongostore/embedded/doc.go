// Package embedded is the document database of a Salon that runs on one
// machine: an engine that answers the official MongoDB driver in the same
// process, over pipes, and keeps its documents in one bbolt file. The stores
// above it are written for MongoDB and cannot tell the difference; no port is
// opened and nothing needs to be installed.
//
// It holds only what the stores use, and it is right: what it does not know
// (a command, a field of a command, an operator, an option, a stage, a BSON
// type) is an error that names it, never ignored. Where server versions
// differ, or an answer would depend on chance, it refuses too.
//
// Ownership. The writer goroutine alone changes the file. It takes the writes
// that wait, runs them one after the other in one transaction, commits and
// syncs it, and only then answers them; a write that is refused has changed
// nothing, so those beside it stand. Matching and changing happen under the
// writer, so a conditional update is decided once and for all. Reads run on a
// snapshot in the goroutine of their connection and never wait for writes; no
// cursor keeps a snapshot between two batches.
//
// bbolt leaves what is deleted in the pages it frees. Scrub overwrites them: when
// the engine opens, once an hour, and when it is asked to, as after an erasure.
// Compacting into another file would do it too, with room for a second file and a
// moment without the first.
//
// Documents are kept and compared in their encoded form. An index key is an
// order-preserving encoding of its values followed by that of the _id, so the
// order of bytes in the file is the order of MongoDB, numbers of all types
// together; sorting in memory uses the same keys. Documents lie in the order
// of their _id, which is therefore the order of a find without a sort.
//
// Limits: documents of 16 MiB, keys (index key and _id together) of 32 KiB,
// results of a million documents per query, 1,000 open cursors of ten minutes.
// Not held: sessions and transactions, change streams, aggregation beyond
// counting and simple grouping, collations, text and geo, Decimal128.
//
// Seen on two cores of an "AMD EPYC" that others were using (load 12), with
// 100,000 documents of 1 KB and every write synced (go test -run NONE -bench
// Collection -benchtime 3s): median of a find by _id 30 us, by a unique index
// 39 us, of 20 documents in the order of an index 0.2 ms, of an update 1.1 ms,
// of an insert 2.1 ms, each through the driver.
//
// It has been tested against MongoDB's specification tests for drivers and
// against mingo (see the tests), not yet against a real server.
package embedded
