package mail

import "salon/fair"

// Watch is what somebody is written who keeps a search that has new offers.
type Watch struct {
	Fair    fair.Fair
	Offers  []fair.Offer
	Total   int
	Address string // the search, as the page of offers takes it
	Token   string
}

// watchTexts are the keys of its texts.
var watchTexts = []string{"watch.subject_one", "watch.subject_other", "watch.more_one", "watch.more_other", "watch.all", "watch.stop"}

// Watch writes the day's new offers, with a link that ends these messages.
func (c *Composer) Watch(to fair.Account, in Watch) (fair.Mail, error) {
	l := c.locale(to)
	name := singleLine(in.Fair.Name.In(fair.Lang(l.Lang())))
	var body []paragraph
	for _, o := range in.Offers {
		text := singleLine(o.Title) + "\n" + singleLine(o.CompanyName)
		if o.Place.Label != "" {
			text += " · " + singleLine(o.Place.Label)
		}
		body = append(body, paragraph{Text: text, Link: c.page(l, "fairs", in.Fair.Slug, "offers", string(o.ID))})
	}
	if more := in.Total - len(in.Offers); more > 0 {
		body = append(body, paragraph{Text: l.T("mail.watch.more", "count", more)})
	}
	stop := c.page(l, "searches", in.Token)
	body = append(body,
		paragraph{Text: l.T("mail.watch.all"), Link: c.page(l, "fairs", in.Fair.Slug, "offers") + "?" + in.Address},
		paragraph{Text: l.T("mail.watch.stop"), Link: stop})
	m, err := c.write(to, l.T("mail.watch.subject", "count", in.Total, "fair", name), body)
	m.Unsubscribe = stop
	return m, err
}
