package web_test

import (
	"context"

	"salon/fair"
	"salon/fair/service"
)

func (d *double) invitation() service.InvitationDetail {
	return service.InvitationDetail{Invitation: fair.Invitation{ID: id("invitation"), Fair: fairID, Email: "ida@fiction.example", Seed: []byte("hash-of-a-token"),
		Role: fair.Role{Kind: fair.Recruiter, Fair: fairID, Stand: standID}, SentAt: noon, ExpiresAt: noon.Add(fair.InvitationTime)}, Fair: d.theFair(), Stand: d.stand()}
}

func (d *double) People(context.Context, fair.Actor, string, string, int, int) (service.Page[service.Member], error) {
	m := service.Member{Account: d.account(), Roles: everyRole[1:3], Stands: map[fair.ID]fair.Stand{standID: d.stand()}, Equipped: true}
	return service.Page[service.Member]{Items: []service.Member{m}, Total: 1}, d.ask("People")
}
func (d *double) RemoveRole(context.Context, fair.Actor, string, fair.ID, fair.RoleKind, fair.ID) error {
	return d.ask("RemoveRole")
}
func (d *double) OpenInvitations(context.Context, fair.Actor, string) ([]service.InvitationDetail, error) {
	return []service.InvitationDetail{d.invitation()}, d.ask("OpenInvitations")
}
func (d *double) Invite(context.Context, fair.Actor, string, string, fair.RoleKind, fair.ID) (service.InvitationDetail, error) {
	return d.invitation(), d.ask("Invite")
}
func (d *double) ResendInvitation(context.Context, fair.Actor, fair.ID) (service.InvitationDetail, error) {
	return d.invitation(), d.ask("ResendInvitation")
}
func (d *double) WithdrawInvitation(context.Context, fair.Actor, fair.ID) error {
	return d.ask("WithdrawInvitation")
}
func (d *double) ReadInvitation(context.Context, string) (service.InvitationDetail, error) {
	return d.invitation(), d.ask("ReadInvitation")
}
func (d *double) AcceptInvitation(context.Context, string, fair.Lang) (service.SignedIn, error) {
	return d.signedIn(), d.ask("AcceptInvitation")
}

func (d *double) MyDevices(context.Context, fair.Actor) ([]fair.LoginSession, error) {
	return []fair.LoginSession{{ID: id("login"), Browser: "Firefox · Linux", SeenAt: noon}, {ID: id("other"), SeenAt: noon}}, d.ask("MyDevices")
}
func (d *double) EndDevice(context.Context, fair.Actor, fair.ID) error { return d.ask("EndDevice") }
func (d *double) SignOutEverywhere(context.Context, fair.Actor) error {
	return d.ask("SignOutEverywhere")
}
func (d *double) WhoRead(context.Context, fair.Actor) ([]service.ReadingDetail, error) {
	return []service.ReadingDetail{{Entry: fair.AuditEntry{Action: string(fair.ReadPhone), Why: fair.NounInterview, At: noon}, Reader: "Rémi Fiction"}}, d.ask("WhoRead")
}
