package fair_test

import (
	"strings"
	"testing"

	"salon/fair"
)

func TestADeviceIsABrowserAtAPublicPushService(t *testing.T) {
	const p256dh, auth = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg"
	for endpoint, ok := range map[string]bool{
		"https://fcm.googleapis.com/fcm/send/abc:DEF":             true,
		"https://updates.push.services.mozilla.com/wpush/v2/gAAA": true,
		"https://web.push.apple.com/QABC":                         true,
		"https://wns2-par02p.notify.windows.com/w/?token=BQ%3d":   true,
		"https://push.example.net:443/x":                          true,
		"http://push.example.net/x":                               false,
		"https://push.example.net:8443/x":                         false,
		"https://user:pass@push.example.net/x":                    false,
		"https://push.example.net/x#y":                            false,
		"https://127.0.0.1/x":                                     false,
		"https://[::1]/x":                                         false,
		"https://[fd00::1]/x":                                     false,
		"https://2130706433/x":                                    false,
		"https://0x7f.1/x":                                        false,
		"https://127.1/x":                                         false,
		"https://localhost/x":                                     false,
		"https://redis.internal/x":                                false,
		"https://printer.local./x":                                false,
		"https://intranet/x":                                      false,
		"https:///x":                                              false,
		"javascript:alert(1)":                                     false,
		"":                                                        false,
		"https://push.example.net/" + strings.Repeat("x", 1000):   false,
	} {
		err := fair.Device{Endpoint: endpoint, P256dh: p256dh, Auth: auth}.Check()
		if (err == nil) != ok || err != nil && fair.KindOf(err) != fair.Invalid {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
	for name, d := range map[string]fair.Device{
		"a short key": {Endpoint: "https://push.example.net/x", P256dh: p256dh[:40], Auth: auth},
		"no key":      {Endpoint: "https://push.example.net/x", Auth: auth},
		"no base64":   {Endpoint: "https://push.example.net/x", P256dh: strings.Repeat("!", 87), Auth: auth},
		"a long auth": {Endpoint: "https://push.example.net/x", P256dh: p256dh, Auth: auth + auth},
	} {
		if err := d.Check(); fair.KindOf(err) != fair.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
