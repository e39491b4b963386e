package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"salon/fair"
	"salon/fair/mongostore"
	"salon/fair/service"
	"salon/fair/web"
	"salon/signaling"
)

// pingTime bounds the whole of one readiness check.
const pingTime = 2 * time.Second

// faults lists the parts that do not work now. The texts are ours: a driver's
// own may hold addresses.
func (h *house) faults(ctx context.Context) []web.Fault {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	var faults []web.Fault
	if h.draining.Load() {
		faults = append(faults, web.Fault{Part: "server", Text: "it is ending"})
	}
	if h.filling.Load() {
		faults = append(faults, web.Fault{Part: web.PartDemo, Text: "the demo fair is being filled"})
	}
	if h.store.Ping(ctx) != nil {
		faults = append(faults, web.Fault{Part: "documents", Text: "the document store does not answer"})
	}
	if h.bus.Ping(ctx) != nil {
		faults = append(faults, web.Fault{Part: "bus", Text: "Redis does not answer; calls under way go on"})
	}
	return faults
}

// tallies are the counts this process keeps itself.
type tallies struct {
	answers  *prometheus.CounterVec
	mails    *prometheus.CounterVec
	bookings prometheus.Counter
	calls    *prometheus.CounterVec
	loss     prometheus.Histogram
	trips    prometheus.Histogram
}

func newTallies() *tallies {
	return &tallies{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fair_http_answer_total", Help: "HTTP answers, by the class of their status."}, []string{"class"}),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fair_mail_total", Help: "Mails handed over, and tries that failed."}, []string{"result"}),
		bookings: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "fair_booking_total", Help: "Slots booked."}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fair_call_report_total", Help: "Browsers' reports of how their call goes, by what they say."}, []string{"level"}),
		loss: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "fair_call_loss_ratio", Help: "Part of the packets that did not arrive, as browsers report it.",
			Buckets: []float64{0, 0.005, 0.01, 0.02, 0.05, 0.08, 0.15, 0.3, 1}}),
		trips: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "fair_call_round_trip_seconds", Help: "Time there and back between browsers and the media server.",
			Buckets: []float64{0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2}}),
	}
}

// answered counts one HTTP answer.
func (t *tallies) answered(status int) {
	t.answers.WithLabelValues(fmt.Sprintf("%dxx", status/100)).Inc()
}

// measured counts one report of a call.
func (t *tallies) measured(m signaling.Measure) {
	t.calls.WithLabelValues(m.Level).Inc()
	t.loss.Observe(m.Loss)
	t.trips.Observe(m.RoundTrip.Seconds())
}

// countedMailer counts what goes through it.
type countedMailer struct {
	service.Mailer
	mails *prometheus.CounterVec
}

// Send implements service.Mailer.
func (c countedMailer) Send(ctx context.Context, m fair.Mail) error {
	err := c.Mailer.Send(ctx, m)
	result := "sent"
	if err != nil {
		result = "failed"
	}
	c.mails.WithLabelValues(result).Inc()
	return err
}

// countedSlots counts the bookings that went through.
type countedSlots struct {
	*mongostore.Slots
	bookings prometheus.Counter
}

// Confirm is the last step of a booking.
func (c countedSlots) Confirm(ctx context.Context, id fair.ID, b fair.Booking, beyond time.Time, effects ...fair.Effect) (fair.Slot, bool, error) {
	slot, booked, err := c.Slots.Confirm(ctx, id, b, beyond, effects...)
	if booked {
		c.bookings.Inc()
	}
	return slot, booked, err
}

// pending is how many documents owe something; not a number when the store
// does not say.
func (h *house) pending() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), pingTime)
	defer cancel()
	n, err := h.store.Effects.Count(ctx)
	if err != nil {
		return math.NaN()
	}
	return float64(n)
}

// makeMetrics gathers what Prometheus may read. Labels never name a person, a
// room or an offer.
func (h *house) makeMetrics(context.Context) error {
	h.metrics = prometheus.NewRegistry()
	h.metrics.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		h.tallies.answers, h.tallies.mails, h.tallies.bookings, h.tallies.calls, h.tallies.loss, h.tallies.trips,
		gauge("fair_effect_pending", "Documents that owe a mail, a message or another effect.", h.pending),
		gauge("fair_socket", "Websockets open now.", func() float64 { return float64(h.hub.Stats().Sockets) }),
		gauge("fair_room", "Rooms held by this node now.", func() float64 { return float64(h.hub.Stats().Rooms) }),
		gauge("fair_stream", "Encoders and players connected now (WHIP, WHEP).", func() float64 { return float64(h.hub.Stats().Streams) }),
		gauge("fair_participant", "Peers whose media this node forwards now.", func() float64 { return float64(h.media.Stats().Peers) }),
		gauge("fair_track", "Pictures and sounds coming in now.", func() float64 { return float64(h.media.Stats().Tracks) }),
		counter("fair_packet_in_total", "RTP packets received.", func() float64 { return float64(h.media.Stats().PacketsIn) }),
		counter("fair_packet_out_total", "RTP packets sent, those sent again included.", func() float64 { return float64(h.media.Stats().PacketsOut) }),
		counter("fair_packet_in_bytes_total", "Bytes of media received.", func() float64 { return float64(h.media.Stats().BytesIn) }),
		counter("fair_packet_out_bytes_total", "Bytes of media sent.", func() float64 { return float64(h.media.Stats().BytesOut) }),
		counter("fair_packet_rejected_total", "Packets malformed or of a format not agreed on.", func() float64 { return float64(h.media.Stats().Rejected) }),
		counter("fair_nack_total", "Packets that receivers asked for again.", func() float64 { return float64(h.media.Stats().NACKs) }),
		counter("fair_resent_total", "Packets sent again.", func() float64 { return float64(h.media.Stats().Resent) }),
		counter("fair_pli_total", "Key frames that receivers asked for.", func() float64 { return float64(h.media.Stats().PLIs) }),
	)
	return nil
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func counter(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
}
