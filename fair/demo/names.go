package demo

import "strings"

// firstNames and lastNames are those one meets in a French city; _ stands for a
// space inside a name. Their counts have no common factor with nameStride, so
// that numbers up to their product get different pairs.
var (
	firstNames = strings.Fields(`Abel Adèle Agathe Aïcha Aïssatou Alban Alice Alix Amadou Amine Anaïs Andréa Anissa Antoine Ariane
		Assia Aurore Awa Baptiste Bilal Blanche Brahim Camille Carmen Cédric Chloé Claire Coumba Damien Daniela Denis Dounia Élodie Élise
		Émile Enzo Esther Fabien Farid Fatou Félix Flora Gabriel Gaëlle Georges Hakim Hélène Hugo Ilan Imane Inaya Irène Isaac Jade Jamila
		Jean Jérémie Joana Jonas Joris Judith Julie Karim Khadija Lamia Laurent Léo Léna Lila Linh Lucie Ludovic Maïa Malik Manon Marco
		Mariam Marius Maud Mei Mélissa Moussa Myriam Nadège Nathan Nina Noah Nora Océane Olga Omar Oscar Pablo Patrick Paul Rania Raphaël
		Rémi Rokia Romane Rose Sacha Salomé Samia Sandro Sarah Sékou Selma Serge Simon Sofia Solène Souleymane Tess Thanh Théo Tiago
		Valentin Vanessa Victor Wassim Yacine Yann Yara Youssef Zoé`)
	lastNames = strings.Fields(`Abadie Achour Albertini Amrani Andrieu Arnal Aubrac Azaïs Baldé Barthès Bastide Belkacem Benali Bernal
		Besson Blanquet Bonnet Bouazza Bousquet Brémond Cabanel Camara Carrière Castel Causse Cazals Chauvet Cissé Clavel Combes Costa
		Coulomb Coste Da_Silva Dalmas Daumas Delmas Diallo Diop Dubreuil Dumas Durand-Pech Espinas Estève Fabre Farges Faure Ferreira
		Fofana Fontan Gaillard Garcia Garrigues Gauthier Ginestet Giraud Gomez Granier Guérin Haddad Hamdi Hernandez Houdayer Ibanez
		Issa Jalabert Jourdan Kaddour Keita Khelifi Laborde Lacaze Lafont Lagarde Lambert Laurens Le_Goff Leroux Lopes Magnan Maillard
		Malet Marquès Martinet Massol Maurin Mazet Mendy Mercadier Mestre Meunier Molina Moreau Morin Nguyen Nicolas Olivet Ortega Ouattara
		Pagès Palomar Pelissier Peyre Pham Pinto Poujol Pradel Prieur Puech Quéré Rahmani Ramos Raynal Rey Ribeyre Rigal Rivière Rocher
		Roque Rouvière Sabatier Saïdi Salas Sanchez Sarda Sauvage Serrano Sow Tailhades Teixeira Thomas Traoré Tran Valette Vernet
		Vidal Vialla Viguier Yilmaz Zidane-Roy`)
)

// nameStride is a prime larger than both lists, which spreads neighbours.
const nameStride = 7919

// nameOf gives person n of a series a first and a last name.
func nameOf(n int) string {
	i := n * nameStride % (len(firstNames) * len(lastNames))
	return firstNames[i%len(firstNames)] + " " + strings.ReplaceAll(lastNames[i/len(firstNames)], "_", " ")
}
