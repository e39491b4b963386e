// Package netlab makes bad networks to try the media server on: links of ours that
// lose, delay, jitter, queue at a rate, stop, or drop UDP, all drawn from one seed.
//
// A Lab is a star of Hosts. Where it may (Linux, root, /dev/net/tun), each Host is a
// network namespace with a TUN device, and what it sends and gets really passes
// through its kernel: UDP, TCP, whatever else. Main puts the whole process into a namespace of
// its own first, so that nothing of this is seen outside. Elsewhere a Host is an address
// of the loopback whose UDP sockets pass through the same Pipes; its TCP passes untouched.
//
// Who owns what: a Pipe's goroutine delivers what its queue holds and is all that
// touches time; conditions and counts are guarded by its mu. A Lab's hosts are guarded by
// the Lab's mu. Close ends every goroutine and takes the namespaces away with it.
//
// What this package never does: touch the network of the machine; go into a program
// that serves people. It is for tests and measurements.
package netlab
