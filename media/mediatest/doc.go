// Package mediatest is a small WebRTC client for tests and for load: it
// publishes a synthetic programme (VP8 pictures of 320x180 and Opus silence, made here,
// with a stamp in every packet) and counts what it receives.
//
// A Client speaks SDP text only, so it works against a media.Room, against a
// signaling socket and against the WHIP and WHEP routes alike. Its descriptions
// hold all its addresses. Each connection has its own UDP socket on loopback; a
// Client owns its goroutines and Close ends them. Counts are guarded by Client.mu and waited
// for with Wait, never by sleeping.
//
// It never judges: it reports packets, keyframes and holes, and the test says
// what is right.
package mediatest
