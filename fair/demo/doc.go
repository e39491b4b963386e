// Package demo is the content of the demo fair, "rencontres-2021": sixty
// invented companies in the real communes of the metropole, six hundred offers
// over a hundred real occupations, a fortnight's programme, recruiters with
// slots, and ten thousand people to enter as.
//
// Everything here is invented except the communes, the occupations and the
// rules of French labour law the offers respect (minimum wage of January 2021:
// 10.25 euros an hour). No company, person or number exists; the telephone
// numbers are those the French numbering plan keeps for fiction.
//
// The content is data: companies.json and programme.json, and the offers as
// files in the shape of France Travail's "Offres d'emploi v2", one answer per
// sector. People are functions of their number, so that candidate 17 is the same
// person on every machine.
//
// Load puts the fair, its stands, programme and slots into a service. It looks
// before it writes: a second start changes nothing, a start on a later day adds
// the slots of the days to come. It leaves the offers out, because they go
// through the import of the API like anybody's; Offers gives them re-dated.
//
// The package holds no state after Load has returned and starts nothing.
package demo
