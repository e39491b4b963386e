package web_test

import (
	"context"
	"time"

	"salon/fair"
	"salon/fair/service"
)

// The double's rules, weekly availability and draw.

func (d *double) rulesOf() service.RulesOf {
	return service.RulesOf{Fair: d.theFair(), Rules: d.theFair().Rules(), Book: service.BookFigures{Free: 1}}
}

func (d *double) slotRule() fair.SlotRule {
	return fair.SlotRule{ID: ruleID, Stand: standID, Recruiter: recrID, Days: []time.Weekday{time.Monday}, From: 540, To: 720,
		Duration: 20 * time.Minute, Channels: []fair.Channel{fair.Video}}
}

func (d *double) drawDetail() service.DrawDetail {
	drawn := noon
	sheet := fair.Sheet{
		Slots:   []fair.SheetSlot{{ID: slotID, Stand: standID, Start: noon.Add(time.Hour), End: noon.Add(80 * time.Minute), Half: "2026-11-23/pm", Channels: []fair.Channel{fair.Video}}},
		Entries: []fair.SheetEntry{{Number: "abcdefghijkl", Wishes: []fair.Wish{{Stand: standID, Channel: fair.Video}}, Seats: 10}},
	}
	draw := fair.Draw{
		ID: drawID, Fair: fairID, State: fair.DrawDone, OpenedAt: noon.Add(-48 * time.Hour), ClosesAt: noon.Add(-time.Hour), DrawnAt: &drawn,
		Seed: []byte("seed"), Hash: fair.HashSeed([]byte("seed")), Entered: 1, Slots: 1, Places: 1, Sheet: &sheet, Given: fair.RunDraw([]byte("seed"), sheet),
	}
	return service.DrawDetail{Draw: draw, Fair: d.theFair(), Wished: 1, Slots: 1, Stands: []service.DrawStand{{Stand: d.stand(), Slots: 1}}}
}

func (d *double) myWishes() service.MyWishes {
	detail := d.drawDetail()
	return service.MyWishes{Fair: fairID, Draw: &detail, Stands: map[fair.ID]fair.Stand{standID: d.stand()}, List: fair.WishList{
		ID: fair.WishListID(drawID, candID), Number: "abcdefghijkl", Wishes: []fair.Wish{{Stand: standID, Channel: fair.Video}}, Told: true,
		Results: []fair.WishResult{{Stand: standID, State: fair.WishGiven, Interview: meetID, Start: noon.Add(time.Hour)}},
	}}
}

func (d *double) FairRules(context.Context, fair.Actor, string) (service.RulesOf, error) {
	return d.rulesOf(), d.ask("FairRules")
}
func (d *double) EditRules(context.Context, fair.Actor, string, service.RulesEdit) (service.RulesOf, error) {
	return d.rulesOf(), d.ask("EditRules")
}
func (d *double) ReleaseNow(context.Context, fair.Actor, string) error { return d.ask("ReleaseNow") }

func (d *double) SlotRules(context.Context, fair.Actor, fair.ID) ([]fair.SlotRule, error) {
	return []fair.SlotRule{d.slotRule()}, d.ask("SlotRules")
}
func (d *double) PreviewSlotRule(context.Context, fair.Actor, fair.ID, fair.SlotRule) (service.RulePreview, error) {
	return service.RulePreview{Times: [][2]time.Time{{noon, noon.Add(time.Hour)}}, Total: 1, Until: noon}, d.ask("PreviewSlotRule")
}
func (d *double) CreateSlotRule(context.Context, fair.Actor, fair.ID, fair.SlotRule) (fair.SlotRule, error) {
	return d.slotRule(), d.ask("CreateSlotRule")
}
func (d *double) EditSlotRule(context.Context, fair.Actor, fair.ID, fair.SlotRule) (fair.SlotRule, error) {
	return d.slotRule(), d.ask("EditSlotRule")
}
func (d *double) DeleteSlotRule(context.Context, fair.Actor, fair.ID) error {
	return d.ask("DeleteSlotRule")
}

func (d *double) Draws(context.Context, fair.Actor, string) ([]service.DrawDetail, error) {
	return []service.DrawDetail{d.drawDetail()}, d.ask("Draws")
}
func (d *double) Draw(context.Context, fair.Actor, fair.ID) (service.DrawDetail, error) {
	return d.drawDetail(), d.ask("Draw")
}
func (d *double) RunningDraw(context.Context, fair.Actor, fair.ID) (fair.Draw, bool, error) {
	return fair.Draw{}, false, d.ask("RunningDraw")
}
func (d *double) DrawSheet(context.Context, fair.Actor, fair.ID) (fair.Draw, error) {
	return d.drawDetail().Draw, d.ask("DrawSheet")
}
func (d *double) OpenDraw(context.Context, fair.Actor, string, time.Time) (service.DrawDetail, error) {
	return d.drawDetail(), d.ask("OpenDraw")
}
func (d *double) ExtendDraw(context.Context, fair.Actor, fair.ID, time.Time) (service.DrawDetail, error) {
	open := d.drawDetail()
	open.Draw.State, open.Draw.DrawnAt, open.Draw.Seed, open.Draw.Sheet, open.Draw.Given = fair.DrawOpen, nil, nil, nil, nil
	return open, d.ask("ExtendDraw")
}

func (d *double) CancelDraw(context.Context, fair.Actor, fair.ID) (service.DrawDetail, error) {
	return d.drawDetail(), d.ask("CancelDraw")
}
func (d *double) Wishes(context.Context, fair.Actor, string) (service.MyWishes, error) {
	return d.myWishes(), d.ask("Wishes")
}
func (d *double) SetWishes(context.Context, fair.Actor, fair.ID, service.WishEdit) (service.MyWishes, error) {
	return d.myWishes(), d.ask("SetWishes")
}
func (d *double) DropWishes(context.Context, fair.Actor, fair.ID) (service.MyWishes, error) {
	return d.myWishes(), d.ask("DropWishes")
}
