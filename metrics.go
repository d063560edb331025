package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures for Prometheus. No label ever holds what a person
// wrote or who it was.
type metrics struct {
	registry *prometheus.Registry
	events   *prometheus.CounterVec // by event and key: zones, commands
	answer   prometheus.Histogram   // seconds from update to reply
	calls    *prometheus.CounterVec // to the Bot API, by method and code
	gauges   *prometheus.GaugeVec   // by name, set once a minute
	listener net.Listener           // nil: nobody asks
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tanyanetral_events_total", Help: "What happened, such as answers by zone."},
			[]string{"event", "key"}),
		answer: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tanyanetral_update_seconds", Help: "From the arrival of an update to the end of its work.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tanyanetral_telegram_calls_total", Help: "Calls of the Bot API; code 0: no answer."},
			[]string{"method", "code"}),
		gauges: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tanyanetral_state", Help: "Present figures of the office's work, by name."},
			[]string{"name"}),
	}
	m.registry.MustRegister(m.events, m.answer, m.calls, m.gauges,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// count notes an event. Topics are left to the database: 155 series of them
// would tell a reader of the metrics what a small office asks about.
func (m *metrics) count(event, key string) {
	if event != "topic" && event != "nohelp" {
		m.events.WithLabelValues(event, key).Inc()
	}
}

// called notes one call of the Bot API. What only those who report bring about
// counts among the sends: a row of its own would tell at what time a report came.
func (m *metrics) called(method string, code int) {
	if method == "getFile" || method == "deleteMessages" {
		method = "sendMessage"
	}
	m.calls.WithLabelValues(method, strconv.Itoa(code)).Inc()
}

// set gives a present figure.
func (m *metrics) set(name string, v float64) { m.gauges.WithLabelValues(name).Set(v) }

// listen opens the address for Prometheus, so that one that is taken is told at
// the start; an empty address: nobody asks.
func (m *metrics) listen(address string) (err error) {
	if address != "" {
		m.listener, err = listen("TANYANETRAL_METRICS", address)
	}
	return err
}

// address is where Prometheus may ask; empty: nowhere.
func (m *metrics) address() string {
	if m.listener == nil {
		return ""
	}
	return m.listener.Addr().String()
}

// serve answers Prometheus until ctx ends.
func (m *metrics) serve(ctx context.Context, log *slog.Logger) error {
	if m.listener == nil {
		return nil
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return serveOn(ctx, log, m.listener, mux)
}

// Close gives the address free.
func (m *metrics) Close() error {
	if m.listener == nil {
		return nil
	}
	return m.listener.Close()
}

// Alerts of the alert rules in deploy/ stand on these names.
const (
	gaugeOpenGaps     = "open_gaps"
	gaugeOldestGap    = "oldest_gap_days"
	gaugeWaiting      = "waiting_askers"
	gaugeHeld         = "held_replies"
	gaugeReportsLate  = "reports_late"
	gaugeReportsOpen  = "reports_open"
	gaugeDatabase     = "database_bytes"
	gaugeDiskFree     = "disk_free_bytes"
	gaugeBackupAge    = "backup_age_seconds"
	gaugeUpdateAside  = "updates_set_aside"
	gaugeUpdateUnread = "updates_unread"
	gaugeUpdates      = "updates_handled"
	gaugeRevision     = "published_revision"
)

// minute is the pace of the duties that nobody waits for.
const minute = time.Minute
