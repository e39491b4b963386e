package service

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"salon/fair"
)

// fictionRanges are the numbers the French numbering plan keeps for works of
// fiction (Arcep, decision 2018-0881, article 2.5.12); no line answers them.
var fictionRanges = []string{"+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998"}

// parsePhone reads a number as it would be dialled in France, or with + and a
// country code, and gives it as E.164. Empty stays empty. Numbers that cost
// the caller are refused; those of the fiction ranges pass in a demo only.
func parsePhone(text string, demo bool) (string, error) {
	text = fair.CleanLine(text)
	if text == "" {
		return "", nil
	}
	invalid := fair.Refuse("phone", "phone.invalid")
	if len(text) > 40 {
		return "", invalid
	}
	number, err := phonenumbers.Parse(text, "FR")
	if err != nil || number.GetExtension() != "" || !phonenumbers.IsPossibleNumber(number) {
		return "", invalid
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	for _, prefix := range fictionRanges {
		if strings.HasPrefix(e164, prefix) {
			if !demo {
				return "", invalid
			}
			return e164, nil
		}
	}
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST:
		return "", fair.Refuse("phone", "phone.premium")
	case phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE,
		phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER, phonenumbers.TOLL_FREE:
		return e164, nil
	}
	return "", invalid
}
