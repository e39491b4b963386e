// Package place holds the two tables of public facts that Salon ships: the 31
// communes of Montpellier Méditerranée Métropole with a centroid each, and the
// occupations of the French ROME 4.0 nomenclature that the demo fair recruits
// for, with the titles people actually type.
//
// Both tables are small CSV files embedded in the binary and read once, on first
// use. A release of the whole nomenclature, read by ReadRelease, may be put over
// the occupations. Every function may be called from any goroutine, and
// the lists returned are copies (the postcodes and titles inside them are shared:
// leave them as they are).
//
// Look-ups by text forgive accents, case, hyphens and apostrophes, because
// nobody types "Saint-Jean-de-Védas" on a phone. They match prefixes of words
// and never guess: no match is an empty slice, not the nearest name.
//
// The package does not geocode addresses, does not know communes outside the
// metropole, and keeps no release itself.
package place
