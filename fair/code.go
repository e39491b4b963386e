package fair

// Codes lists every code an Error of this package, of service or of the stores
// may carry. Each has a text "error.<code>" in both locale files: what
// happened, and what to do next.
var Codes = []string{
	"account.unknown", "already.there", "booking.cancelled", "booking.overlap", "booking.own", "channel.unknown",
	"code.attempts", "code.expired", "code.toomany", "code.wrong", "commune.unknown", "contract.unknown", "demo.empty",
	"demo.number", "demo.off", "demo.role", "edit.stale", "email.invalid", "encoder.expired", "encoder.many",
	"encoder.role", "encoder.token", "encoder.unknown", "fair.unknown", "import.date", "import.empty", "import.json",
	"import.large", "import.many", "import.missing", "import.object", "import.point", "import.shape", "import.toomany",
	"import.type", "interview.begun", "interview.cancelled", "interview.early", "interview.elsewhere",
	"interview.ended", "interview.late", "interview.notended", "interview.notlive", "interview.phone",
	"interview.unknown", "interview.video", "key.invalid", "key.missing", "key.reused", "links.many", "locale.unknown",
	"login.ended", "not.candidate", "not.organiser", "not.recruiter", "not.stage", "notfound", "occupation.unknown",
	"occupations.many", "offer.closed", "offer.positions", "offer.state", "offer.unknown", "outcome.by", "outcome.kind",
	"outcome.message", "outcome.past", "peer.invalid", "phone.invalid", "phone.missing", "phone.premium",
	"radius.range", "room.host", "room.kicked", "room.unknown", "sign.in", "slot.booked", "slot.buffer", "slot.channel",
	"slot.channels", "slot.count", "slot.far", "slot.minutes", "slot.overlap", "slot.past", "slot.recruiter",
	"slot.taken", "slot.unknown", "slug.invalid", "speakers.many", "speakers.twice", "stand.notshown", "stand.unknown",
	"store.down", "text.long", "text.missing", "time.missing", "time.order", "url.invalid", "webconference.always",
	"webconference.early", "webconference.ended", "webconference.long", "webconference.unknown", "zone.unknown",
}
