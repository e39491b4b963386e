package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"salon/fair/web"
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
		faults = append(faults, web.Fault{Part: "demo", Text: "the demo fair is being filled"})
	}
	if h.store.Ping(ctx) != nil {
		faults = append(faults, web.Fault{Part: "documents", Text: "the document store does not answer"})
	}
	if h.bus.Ping(ctx) != nil {
		faults = append(faults, web.Fault{Part: "bus", Text: "Redis does not answer; calls under way go on"})
	}
	return faults
}

// makeMetrics gathers what Prometheus may read. Labels never name a person, a
// room or an offer.
func (h *house) makeMetrics(context.Context) error {
	h.metrics = prometheus.NewRegistry()
	h.metrics.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
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
