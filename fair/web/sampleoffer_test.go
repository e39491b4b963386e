package web_test

import "maps"

// offerSamples are the samples of routes about offers and their search.
var offerSamples = map[string]sample{
	"GET /api/v1/fairs/:fair/offers/facets":       call(``),
	"GET /api/v1/fairs/:fair/offers/suggestions":  call(``),
	"POST /api/v1/stands/:stand/offers":           call(`{"title":"a","description":"b","contract":"CDI","months":0,"rome":"","commune":"34129","pay_from":0,"pay_to":0,"pay_per":"","hours_label":"c","hours":"full","experience":"","experience_label":"d","accessible":true,"positions":1,"publish":true}`),
	"POST /api/v1/stands/:stand/offers/check":     call(`{"title":"a","description":"b","hours_label":"","experience_label":""}`),
	"GET /api/v1/offers/:offer/desk":              call(``),
	"PUT /api/v1/offers/:offer":                   call(`{"title":"a","description":"b","contract":"CDI","months":0,"rome":"","commune":"34129","pay_from":0,"pay_to":0,"pay_per":"","hours_label":"c","hours":"full","experience":"","experience_label":"d","accessible":true,"positions":1,"publish":true,"rev":1}`),
	"POST /api/v1/offers/:offer/duplicate":        call(``),
	"POST /api/v1/offers/:offer/decision":         call(`{"approve":false,"reason":"a","rev":1}`),
	"GET /api/v1/fairs/:fair/offers/waiting":      call(``),
	"POST /api/v1/fairs/:fair/imports":            call(`Référence;Intitulé`),
	"GET /api/v1/fairs/:fair/imports":             call(``),
	"POST /api/v1/stands/:stand/imports":          call(`Référence;Intitulé`),
	"GET /api/v1/stands/:stand/imports":           call(``),
	"GET /api/v1/imports/:import":                 call(``),
	"POST /api/v1/imports/:import/continue":       call(``),
	"GET /api/v1/imports/:import/refused/:format": call(``),
	"GET /api/v1/templates/:template":             still(``),

	"POST /fairs/:fair/searches": form(``),
	"GET /account/searches":      call(``),
	"POST /account/searches":     form(`do=mail&id=watchaaaaaaaaaaaaaaaaaaaaa`),
	"GET /searches/:token":       call(``),
	"POST /searches/:token":      form(``),

	"GET /desk/offers/:offer": call(``),
}

func init() { maps.Copy(samples, offerSamples) }
