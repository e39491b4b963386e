package web

import "strings"

// What a User-Agent header names, the telling word first: browsers claim to be
// each other (RFC 9110, 10.1.5), so the order decides.
var (
	browserNames = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
	}
	systemNames = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// BrowserOf names browser and system of a User-Agent header, for the owner of a
// session to recognise, "" for programs. Nothing else of the header is kept.
func BrowserOf(agent string) string {
	var parts []string
	for _, names := range [][][2]string{browserNames, systemNames} {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				parts = append(parts, n[1])
				break
			}
		}
	}
	return strings.Join(parts, " · ")
}
