package mail

import (
	"html/template"
	"strings"
)

// paragraph is a piece of a message; Link, if any, is the page it speaks of.
type paragraph struct{ Text, Link string }

func textOf(body []paragraph, foot string) string {
	var b strings.Builder
	for _, p := range body {
		b.WriteString(p.Text)
		if p.Link != "" {
			b.WriteString("\n" + p.Link)
		}
		b.WriteString("\n\n")
	}
	b.WriteString("-- \n" + foot + "\n") // RFC 3676, 4.3: the separator ends in a space
	return b.String()
}

// page is plain on purpose: mail programs drop style sheets, and a message
// without pictures tells nobody that it was read.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"></head>
<body style="margin:0;padding:24px;background:#fbf8f2;color:#1c2b2d;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:36em;margin:auto">
{{range .Body}}<p>{{.Text}}{{with .Link}}<br><a href="{{.}}" style="color:#0b5d5e">{{.}}</a>{{end}}</p>
{{end}}<p style="font-size:14px;color:#4d5b5c">{{.Foot}}</p>
</div></body></html>
`))

func htmlOf(lang string, body []paragraph, foot string) (string, error) {
	var b strings.Builder
	err := page.Execute(&b, struct {
		Lang string
		Body []paragraph
		Foot string
	}{lang, body, foot})
	return b.String(), err
}
