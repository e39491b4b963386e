package mail

import (
	"html/template"
	"strings"
)

// paragraph is a piece of a message; Link, if any, is the page it speaks of. A
// large one is read off and typed elsewhere.
type paragraph struct {
	Text, Link string
	Large      bool
}

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
// without pictures tells nobody that it was read. What they keep of the sheet is
// the dark one, which must win over the colours written at each element. Programs
// that drop the html element would lose its language, so the body's one has it too.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Subject}}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<style>
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.page{background:#17151f!important;color:#f5f2ec!important}
.link{color:#7fd1c4!important}
.foot{color:#b9b4c6!important;border-color:#3a3648!important}
}
</style></head>
<body class="page" style="margin:0;padding:24px 16px;background:#fffdf9;color:#1d1b2e;font:16px/1.55 system-ui,sans-serif">
<div lang="{{.Lang}}" style="max-width:36em;margin:auto;overflow-wrap:anywhere">
{{range .Body}}<p style="white-space:pre-line;margin:0 0 16px{{if .Large}};font-size:28px;font-weight:700;letter-spacing:.08em{{end}}">{{.Text}}{{with .Link}}<br><a class="link" href="{{.}}" style="display:inline-block;padding:4px 0;color:#0b5c56">{{.}}</a>{{end}}</p>
{{end}}<p class="foot" style="margin:24px 0 0;padding-top:12px;border-top:1px solid #e6dfd2;font-size:14px;color:#55516b">{{.Foot}}</p>
</div></body></html>
`))

func htmlOf(lang, subject string, body []paragraph, foot string) (string, error) {
	var b strings.Builder
	err := page.Execute(&b, struct {
		Lang, Subject string
		Body          []paragraph
		Foot          string
	}{lang, subject, body, foot})
	return b.String(), err
}
