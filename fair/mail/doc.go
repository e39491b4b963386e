// Package mail writes the messages people get and hands them over.
//
// A Composer turns what happened into a fair.Mail in the reader's language: plain
// text, simple HTML, and for an interview a calendar entry. A Mailer takes such a
// message: SMTP sends it, Outbox does not, for a demo.
//
// A message says what happened, when, and which page to open; what is private is
// read on that page. No message and no calendar entry ever holds a phone number,
// a note or the words of an outcome.
//
// Messages are delivered at least once, so the same event gives the same
// Message-ID, the same calendar UID and the same SEQUENCE: sent twice, it is
// recognised. Times in calendar entries are UTC: an interview is one instant, and
// a calendar shows it in the zone of whoever looks, with no VTIMEZONE to be wrong.
//
// Texts that become headers or calendar lines are stripped of control characters
// when written, and a message that still holds one is refused when sent.
package mail
