// Package push reaches people whose page is closed: browsers through the push
// services of their makers (RFC 8030, encrypted by RFC 8291, signed by RFC 8292),
// and telephones through a hook that whoever runs the fair connects to a sender
// of text messages.
//
// An endpoint of a browser is an address a stranger has given us. So a
// connection is made only to public addresses, decided on the address that is
// dialled and not on the name, over https, without following redirects, through
// no proxy; the answer is not read beyond its status. The hook is an address the
// operator has given, and is trusted as such.
//
// The key that signs follows from the secret of the house, so that every node of
// a fair has the same one and none has to be carried about. With another secret,
// browsers subscribe anew at their next visit.
//
// Nothing here is kept, and nothing is tried twice: the caller knows what was
// sent, forgets devices that are gone, and tries again what may pass.
package push
