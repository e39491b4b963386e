package web_test

import (
	"context"

	"salon/fair"
	"salon/fair/proof"
	"salon/fair/service"
)

func (d *double) Halfway(_ context.Context, token string) (fair.Actor, error) {
	step := map[string]fair.Step{"half": fair.StepFactor, "setup": fair.StepSetup}[token]
	return fair.Actor{Account: recrID, Login: id("login"), Step: step}, nil
}
func (d *double) Browse(context.Context, fair.ID, string) error { return nil }
func (d *double) PasswordSignIn(context.Context, string, string) (service.SignedIn, error) {
	return d.signedIn(), d.ask("PasswordSignIn")
}
func (d *double) ProveCode(_ context.Context, a fair.Actor, _ string) (service.SignedIn, error) {
	return d.signedIn(), d.ask("ProveCode")
}
func (d *double) AskPasskey(context.Context, fair.Actor) (string, proof.Question, error) {
	return "c", proof.Question{Challenge: "Y2g", Site: "salon.example", State: []byte("hash-of-a-token")}, d.ask("AskPasskey")
}
func (d *double) PasskeySignIn(context.Context, fair.Actor, string, proof.Answer) (service.SignedIn, error) {
	return d.signedIn(), d.ask("PasskeySignIn")
}
func (d *double) MyEquipment(context.Context, fair.Actor) (service.Equipment, error) {
	return service.Equipment{PasswordAt: &noon, Recovery: 9, Passkeys: []fair.Passkey{{ID: id("passkey"), Name: "Téléphone", At: noon, Data: []byte("hash-of-a-token")}}}, d.ask("MyEquipment")
}
func (d *double) SetPassword(context.Context, fair.Actor, string) (service.SignedIn, error) {
	return d.signedIn(), d.ask("SetPassword")
}
func (d *double) TryTOTP(context.Context, fair.Actor) (proof.CodeKey, error) {
	return proof.CodeKey{Text: "ABCD EFGH", QR: []byte("png")}, d.ask("TryTOTP")
}
func (d *double) ConfirmTOTP(context.Context, fair.Actor, string) ([]string, service.SignedIn, error) {
	return []string{"abcde-fghij-klmno"}, d.signedIn(), d.ask("ConfirmTOTP")
}
func (d *double) DropTOTP(context.Context, fair.Actor) error { return d.ask("DropTOTP") }
func (d *double) RenewRecovery(context.Context, fair.Actor) ([]string, error) {
	return []string{"abcde-fghij-klmno"}, d.ask("RenewRecovery")
}
func (d *double) NewPasskey(context.Context, fair.Actor) (string, proof.Question, error) {
	return "c", proof.Question{Challenge: "Y2g", Site: "salon.example"}, d.ask("NewPasskey")
}
func (d *double) AddPasskey(context.Context, fair.Actor, string, proof.Answer, string) (service.SignedIn, error) {
	return d.signedIn(), d.ask("AddPasskey")
}
func (d *double) DropPasskey(context.Context, fair.Actor, fair.ID) error { return d.ask("DropPasskey") }
