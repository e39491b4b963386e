package fair

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Wording is a passage of an offer that French law forbids, or that misleads.
type Wording struct {
	Rule    WordingRule
	Found   string // as it stands in the text
	Start   int    // where, in bytes
	End     int
	Instead string // a neutral wording, "" where the passage is simply to go
}

// WordingRule says why a passage is not in order. Each has a text
// "wording.<rule>" with the article of law.
type WordingRule string

// The rules. Articles of the Code du travail: L1132-1 lists the criteria nobody
// may be refused for, L1142-1 forbids asking for a sex, L5331-2 an age limit,
// L5331-3 false statements, L5331-1 asking candidates for money, L1221-6 what does
// not serve to judge the ability to work.
const (
	WordingAge      WordingRule = "age"
	WordingSex      WordingRule = "sex"
	WordingOrigin   WordingRule = "origin"
	WordingFamily   WordingRule = "family"
	WordingHealth   WordingRule = "health"
	WordingLooks    WordingRule = "looks"
	WordingBelief   WordingRule = "belief"
	WordingUnion    WordingRule = "union"
	WordingHome     WordingRule = "home"
	WordingMoney    WordingRule = "money"
	WordingMislead  WordingRule = "mislead"
	WordingLanguage WordingRule = "language"
)

// wordings are the passages looked for, in texts that are lower case and without
// accents. but is what may stand there all the same: it is cut out of the text
// before. The list is of words as people write them in offers; it is meant to
// advise, so it rather leaves a doubtful passage than cries at a good one.
var wordings = []struct {
	rule    WordingRule
	passage *regexp.Regexp
	instead string
}{
	{WordingAge, words(`jeunes? (?:et )?(?:diplome|dynamique|motive|homme|femme|retraite|actif|collaborat|candidat|vendeu|serveu|commercia|embauche|recrue|talent|personne|professionnel|profil|ingenieur|developpeu)\w*`), "débutant·e accepté·e"},
	{WordingAge, words(`(?:un|une|des|de|d'un|d'une) jeunes? (?:h/f|f/h)`), "une personne"},
	{WordingAge, words(`vous etes jeunes?`), "vous êtes motivé·e"},
	{WordingAge, words(`(?:profil|candidat|candidate|personne|equipier|equipiere) jeunes?`), "tous profils"},
	{WordingAge, words(`(?:age|agee|ages|agees) (?:de |d')?(?:moins|plus|entre|maximum|max|minimum|\d)[^.,;\n]{0,25}`), ""},
	{WordingAge, words(`(?:age|limite d'age) ?:? ?(?:maximum|maxi|max|limite|ideal|minimum|souhaite|exige)(?: ?:? ?\d+ ans)?`), ""},
	{WordingAge, words(`(?:moins|plus) de \d{2} ans(?: exige\w*| souhaite\w*| uniquement)?`), ""},
	{WordingAge, words(`entre \d{2} et \d{2} ans`), ""},
	{WordingAge, words(`\d{2} ?(?:a|-) ?\d{2} ans`), ""},
	{WordingAge, words(`(?:pas de|sauf) (?:seniors?|juniors?)|seniors? s'abstenir|junior uniquement|seniors? exclus`), ""},
	{WordingSex, words(`(?:un homme|une femme|hommes?|femmes?) (?:uniquement|seulement|exclusivement|exige\w*|de preference|de menage)`), "une personne (F/H)"},
	{WordingSex, words(`(?:uniquement|seulement|exclusivement|de preference|recherch\w+|recrut\w+|cherch\w+|poste pour|reserve aux?|ideal pour) (?:a |pour )?(?:un |une |des |aux |les )?(?:hommes?|femmes?|garcons?|filles?|jeune fille|demoiselles?|monsieur|messieurs|dames?)`), "une personne (F/H)"},
	{WordingSex, words(`(?:sexe|genre) (?:masculin|feminin)`), ""},
	{WordingSex, words(`(?:profil|candidat|equipe) (?:masculin|feminin)e?(?: de preference)?`), "profil"},
	{WordingSex, words(`homme ou femme de main|bras d'homme|travail d'homme|metier d'homme|metier de femme|touche feminine`), ""},
	{WordingSex, words(`hotesse(?:s)? (?:uniquement|seulement)`), "hôte·sse d'accueil"},
	{WordingOrigin, words(`(?:langue maternelle|anglais natif|anglaise native|native speaker|natifs?|natives?|locuteurs? natifs?|locutrices? natives?)`), "niveau bilingue (C1 ou C2)"},
	{WordingOrigin, words(`(?:nationalite|origine) (?:francaise|europeenne|etrangere|maghrebine|africaine|ue|ethnique)(?: exigee| obligatoire| uniquement)?`), "autorisé·e à travailler en France"},
	{WordingOrigin, words(`francais(?:e)? (?:de souche|d'origine)|de type (?:europeen|caucasien|africain|asiatique|maghrebin)(?:ne)?|type (?:europeen|caucasien)|\bbbr\b|bleu blanc rouge`), ""},
	{WordingOrigin, words(`sans accent(?: etranger| regional)?|accent (?:etranger )?exclu|sans aucun accent`), "élocution claire"},
	{WordingFamily, words(`celibataires?|sans enfants?|sans charges? de famille|mariee?s?|pere de famille|mere de famille|sans attaches? familiales?|libre de toute (?:attache|contrainte|obligation) familiale`), "disponibilité à préciser (déplacements, horaires)"},
	{WordingFamily, words(`(?:situation|vie) (?:de famille|familiale|maritale|matrimoniale)|non enceinte|pas de (?:grossesse|conge maternite|projet d'enfant|projet de maternite)|enceintes? s'abstenir`), ""},
	{WordingHealth, words(`(?:bonne|excellente|parfaite) (?:sante|condition physique|forme physique)(?: exigee| obligatoire| requise)?`), "le poste comporte (port de charges, station debout…)"},
	{WordingHealth, words(`(?:non|pas de) handicap\w*|sans handicap|handicapes? s'abstenir|valides? uniquement|personne valide|non[- ]fumeu(?:r|se)s?|sans probleme de (?:sante|dos)|pas d'arrets? maladie`), ""},
	{WordingLooks, words(`(?:bonne|belle|excellente) presentation|presentation (?:soignee|irreprochable|impeccable)|physique (?:agreable|avantageux|attractif)|bel(?:le)? apparence|jolie|charmante|taille (?:mannequin|\d{2}|minimum|maximum)|photo (?:obligatoire|exigee|souhaitee)|cv avec photo|joindre (?:une |votre )?photo|pas de (?:tatouages?|piercings?)|sans (?:tatouages?|piercings?)`), "sens de l'accueil"},
	{WordingBelief, words(`(?:de confession|religion|confession) (?:chretienne|catholique|musulmane|juive|protestante|bouddhiste)|pratiquants? (?:catholiques?|musulmans?|chretiens?)|sans (?:voile|signe religieux)|pas de (?:voile|signe religieux)|opinions? politiques?|orientation sexuelle|heterosexuels?|homosexuels?`), ""},
	{WordingUnion, words(`non[- ]syndique\w*|syndiques? s'abstenir|pas de syndicalistes?|sans activite syndicale`), ""},
	{WordingHome, words(`(?:habit\w+|resid\w+|domicilie\w*|demeur\w+) (?:imperativement|obligatoirement|uniquement)(?: [^.,;\n]{0,30})?|personne du quartier uniquement|adresse (?:a montpellier )?exigee`), "poste basé à (commune) ; moyens d'accès à préciser"},
	{WordingMoney, words(`(?:frais|caution|depot) (?:de |d')?(?:dossier|inscription|formation|garantie|candidature)(?: de \d+ ?(?:€|euros?))?(?: a (?:la|votre) charge)?|formation payante|a la charge du candidat|achat de (?:votre|son) (?:kit|stock)|investissement de depart|droit d'entree`), ""},
	{WordingMoney, words(`0 ?8 ?9 ?\d(?:[ .]?\d{2}){3}|numero surtaxe`), "un numéro non surtaxé"},
	{WordingMislead, words(`revenus? (?:illimites?|garantis? sans effort|exceptionnels?)|gains? (?:illimites?|rapides?|faciles?)|argent facile|gagnez (?:jusqu'a )?\d[\d .]*(?:€|euros) par (?:jour|semaine)|salaire illimite|sans aucun effort|devenez riche|embauche garantie|emploi garanti|cdi garanti`), "une fourchette de salaire vraie"},
	{WordingMislead, words(`stage non remunere de plus de deux mois|periode d'essai non (?:payee|remuneree)|essai non (?:paye|remunere)|travail non declare|au noir`), ""},
}

// innocent are passages that hold a word of the list and mean something else.
var innocent = words(`jeunes? (?:enfants?|pousses?|publics?|migrants?|adultes?|travailleurs|entreprise|startup|societe)|aupres de(?:s)? jeunes|accueil de jeunes|educat\w+ de jeunes enfants|` +
	`ages? (?:de|d'|en) ?(?:gravir|or)|personnes? agees?|vieillesse|plus de \d{2} ans d'(?:experience|existence|anciennete)|(?:depuis|existe depuis) plus de \d{2} ans|` +
	`experience de (?:plus|moins) de \d{2} ans|moins de \d{2} ans d'experience|homme de l'art|femmes? de chambre|egalite (?:entre les )?(?:femmes|hommes)(?: et les |[- ])?(?:femmes|hommes)?|` +
	`application native|applications natives|code natif|react native|cloud[- ]natives?|javascript natif|developpement natif|fonctions? natives?|vetements? (?:pour )?(?:hommes?|femmes?)|rayon (?:hommes?|femmes?)|pret-a-porter (?:homme|femme|feminin|masculin)|` +
	`mode (?:homme|femme)|coiffure (?:hommes?|femmes?)|centre d'hebergement pour (?:hommes|femmes)|couples maries|mariages?|presentation (?:des|du|de la|d'|soignee des)|` +
	`frais de (?:deplacement|transport|repas)|contrat jeune majeur|mission locale|mutuelle [^.\n]{0,20}enfants?|photos? (?:du|des|de) (?:plats?|produits?|chantiers?)|accessible aux personnes handicapees|travailleurs? handicapes?|` +
	`(?:jeunesse|enfants|adolescent\w*(?: et adolescent\w*)?|mineurs|collegiens|lyceens)(?: ages?| agees?)?(?: de)? \d{1,2} ?(?:a|-) ?\d{2} ans|` +
	`(?:accompagn|accueill|encadr|suiv|anim)\w+ [^.;\n]{0,25}jeunes(?: ages?)?(?: de)? \d{2} ?(?:a|-) ?\d{2} ans`)

// words compiles a passage that begins and ends with a word.
func words(passage string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\pL\pN])(` + passage + `)(?:[^\pL\pN]|$)`)
}

// needed are, for each of the wordings, texts one of which stands in whatever it
// finds: to look for them is a hundred times cheaper.
var needed = func() (all [][]string) {
	for _, w := range wordings {
		parsed, err := syntax.Parse(w.passage.String(), syntax.Perl)
		if err != nil {
			panic("fair: " + err.Error())
		}
		all = append(all, literals(parsed))
	}
	return all
}()

// literals are texts one of which stands in all that re finds, as long ones as can
// be told; "" where nothing can.
func literals(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return literals(re.Sub[0])
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			all = append(all, literals(sub)...)
		}
		return all
	case syntax.OpConcat:
		best, length := []string{""}, 0
		for _, sub := range re.Sub {
			all := literals(sub)
			shortest := slices.MinFunc(all, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
			if len(shortest) > length {
				best, length = all, len(shortest)
			}
		}
		return best
	}
	return []string{""}
}

// CheckWording lists the passages of an offer's text that the law forbids or that
// mislead, in their order. Nothing found does not mean that a text is lawful.
func CheckWording(text string) []Wording {
	plain, at := folded(text)
	var possible []int // a text that is in order is done with here, and most are
	for i, needed := range needed {
		if slices.ContainsFunc(needed, func(part string) bool { return strings.Contains(plain, part) }) && wordings[i].passage.MatchString(plain) {
			possible = append(possible, i)
		}
	}
	if len(possible) == 0 {
		return nil
	}
	for _, span := range innocent.FindAllStringSubmatchIndex(plain, -1) {
		plain = plain[:span[2]] + strings.Repeat("#", span[3]-span[2]) + plain[span[3]:]
	}
	var all []Wording
	taken := make([]bool, len(plain)+1)
	for _, i := range possible {
		w := wordings[i]
		for from := 0; from < len(plain); {
			span := w.passage.FindStringSubmatchIndex(plain[from:])
			if span == nil {
				break
			}
			start, end := from+span[2], from+span[3]
			from = end
			if taken[start] || taken[end-1] {
				continue
			}
			for i := start; i < end; i++ {
				taken[i] = true
			}
			all = append(all, Wording{w.rule, strings.TrimSpace(text[at[start]:at[end]]), at[start], at[end], w.instead})
		}
	}
	sortWordings(all)
	return all
}

func sortWordings(all []Wording) {
	for i := 1; i < len(all); i++ {
		for j := i; j > 0 && all[j].Start < all[j-1].Start; j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
}

// folded is a text in lower case, without accents, its spaces plain, and for each
// of its bytes where it stands in the text; the last is the text's length.
func folded(text string) (string, []int) {
	var b strings.Builder
	var at []int
	for i, r := range text {
		s := plain.Replace(strings.ToLower(string(r)))
		switch r {
		case '’', 'ʼ':
			s = "'"
		case '\u00a0', '\u202f', '\t':
			s = " "
		case '·', '•':
			s = "."
		}
		for range len(s) {
			at = append(at, i)
		}
		b.WriteString(s)
	}
	return b.String(), append(at, len(text))
}

// frenchWords are so common that any paragraph of French holds some of them.
var frenchWords, englishWords = wordSet("le la les de des du et en un une vous nous pour dans sur avec au aux est sont votre vos notre nos que qui par ou à ce cette etre avoir"),
	wordSet("the and you your we our will with for from of to in on is are be have has this that who work")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// ReadsFrench reports whether a text reads as French: an offer must be (L5331-4). A text
// too short to tell passes.
func ReadsFrench(text string) bool {
	plain, _ := folded(text)
	french, english := 0, 0
	for _, word := range strings.FieldsFunc(plain, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if frenchWords[word] {
			french++
		} else if englishWords[word] {
			english++
		}
	}
	return french+english < 6 || french >= english
}
