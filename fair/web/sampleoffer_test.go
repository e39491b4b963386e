package web_test

import "maps"

// offerSamples are the samples of routes about offers and their search.
var offerSamples = map[string]sample{
	"GET /api/v1/fairs/:fair/offers/facets":      call(``),
	"GET /api/v1/fairs/:fair/offers/suggestions": call(``),
}

func init() { maps.Copy(samples, offerSamples) }
