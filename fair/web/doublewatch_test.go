package web_test

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

var watchID = id("watch")

func (d *double) watch() service.WatchDetail {
	return service.WatchDetail{Fair: d.theFair(), Watch: fair.Watch{
		ID: watchID, Account: candID, Fair: fairID, Query: fair.OfferQuery{Text: "<script>alert(1)</script>", Contract: "CDI", Commune: "34172", Radius: 10},
		Address: "q=x&contract=CDI", Mail: true, At: noon, Since: noon,
	}}
}

func (d *double) KeepSearch(context.Context, fair.Actor, string, fair.OfferQuery, string) (fair.Watch, error) {
	return d.watch().Watch, d.ask("KeepSearch")
}
func (d *double) MyWatches(context.Context, fair.Actor) ([]service.WatchDetail, error) {
	return []service.WatchDetail{d.watch()}, d.ask("MyWatches")
}
func (d *double) MailWatch(context.Context, fair.Actor, fair.ID, bool) error {
	return d.ask("MailWatch")
}
func (d *double) DropWatch(context.Context, fair.Actor, fair.ID) error { return d.ask("DropWatch") }
func (d *double) WatchOf(context.Context, string) (service.WatchDetail, error) {
	return d.watch(), d.ask("WatchOf")
}
func (d *double) StopWatch(context.Context, string) (service.WatchDetail, error) {
	return d.watch(), d.ask("StopWatch")
}
