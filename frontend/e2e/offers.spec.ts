import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { look } from './look.ts'
import { person, phone } from './people.ts'

/** A picture on a desk and one on a phone. */
async function both(page: Page, name: string): Promise<void> {
	await look(page, name)
	await page.setViewportSize({ width: 390, height: 844 })
	await look(page, name)
	await page.setViewportSize({ width: 1280, height: 800 })
}

async function tab(page: Page, path: string, name: string): Promise<void> {
	await page.goto(path)
	await page.getByRole('tab', { name }).click()
	await expect(page.getByText('Un instant…')).toHaveCount(0)
}

/** Types the beginning of a name and takes the first one proposed; answers it. */
async function complete(page: Page, label: string, typed: string): Promise<string> {
	const box = page.locator('#island').getByLabel(label, { exact: true })
	await box.fill(typed)
	const first = page.locator(`datalist[id="${await box.getAttribute('list')}"] option`).first()
	await expect(first).toBeAttached()
	const name = (await first.getAttribute('value')) ?? ''
	await box.fill(name)
	return name
}

/** Sixty lines, of which the second, the tenth and the last cannot be taken. */
function table(mended: boolean): string {
	const wrong: Record<number, [string, string]> = {
		2: [';CDI;', ';CDX;'],
		10: [';Lattes', ';Latte'],
		60: ['Agent de tri 60', ''],
	}
	const lines = ['Référence;Intitulé;Description;Contrat;Commune']
	for (let n = 1; n <= 60; n++) {
		const line = `TRI-${n};Agent de tri ${n};Vous triez les colis du matin, à deux.;CDI;Lattes`
		const [right, bad] = (mended ? undefined : wrong[n]) ?? ['', '']
		lines.push(right ? line.replace(right, bad) : line)
	}
	return lines.join('\n')
}

async function send(page: Page, name: string, text: string): Promise<void> {
	const file = { name, mimeType: 'text/csv', buffer: Buffer.from(text) }
	await page.getByLabel('Fichier d’offres').setInputFiles(file)
}

test('an offer is written, checked, approved and found; a file of offers comes in', async ({
	browser,
}) => {
	const recruiter = await person(browser, 'recruiter', 48)
	const island = recruiter.locator('#island')
	await tab(recruiter, '/desk', 'Offres')
	await both(recruiter, 'offers-desk')
	await recruiter.getByRole('button', { name: 'Écrire une offre' }).click()
	await recruiter.getByLabel('Intitulé').fill('Boulanger / Boulangère d’hiver')
	await complete(recruiter, 'Métier', 'boulang')
	expect(await complete(recruiter, 'Lieu', 'castelnau-le')).toContain('Castelnau')
	await expect(island.getByText(/^Code /)).toHaveCount(2)
	await recruiter
		.getByLabel('Ce que vous ferez')
		.fill('Jeune diplômé, vous pétrissez à la main.\n\nBonne condition physique : sacs de 25 kg.')
	await recruiter.getByLabel('Contrat').selectOption('CDI')
	await recruiter.getByLabel('De (€)').fill('1900')

	// What the law forbids is named with its article; mended, it goes.
	const findings = island.locator('[role="status"] li')
	await expect(findings).toHaveCount(2)
	await expect(findings.first()).toContainText('L1132-1')
	await both(recruiter, 'offers-finding')
	await recruiter
		.getByLabel('Ce que vous ferez')
		.fill('Vous pétrissez à la main.\n\nBonne condition physique : sacs de 25 kg.')
	await expect(findings).toHaveCount(1)

	// A draft can be looked at as the public will see it.
	await recruiter.getByRole('button', { name: 'Enregistrer le brouillon' }).click()
	await expect(island.getByText('Le brouillon est enregistré.')).toBeVisible()
	await both(recruiter, 'offers-editor')
	const opening = recruiter.waitForEvent('popup')
	await recruiter.getByRole('link', { name: 'Aperçu' }).click()
	const preview = await opening
	await expect(preview.getByRole('heading', { level: 1 })).toHaveText(/Boulangère d’hiver/)
	await expect(preview.getByText('1 900')).toBeVisible()
	await both(preview, 'offers-preview')
	await preview.close()
	await recruiter.getByRole('button', { name: 'Envoyer à l’organisation' }).click()
	const row = recruiter.getByRole('row', { name: /Boulangère d’hiver/ })
	await expect(row).toContainText('En attente de l’organisation')

	const organiser = await person(browser, 'organiser', 1)
	await tab(organiser, '/organise', 'Offres')
	const waiting = organiser.getByRole('article').filter({ hasText: 'Boulangère d’hiver' })
	await expect(waiting).toContainText('Bonne condition physique')
	await both(organiser, 'offers-approve')
	await waiting.getByRole('button', { name: 'Approuver' }).click()
	await expect(waiting).toHaveCount(0)

	const candidate = await person(browser, 'candidate', 148, phone)
	// The index follows in its own time.
	const found = candidate.getByRole('link', { name: /Boulangère d’hiver/ })
	await expect(async () => {
		await candidate.goto('/fairs/rencontres-2021/offers?q=boulanger+hiver')
		await expect(found).toBeVisible({ timeout: 500 })
	}).toPass()
	await found.click()
	await expect(candidate.locator('script[type="application/ld+json"]')).toHaveCount(1)
	await candidate.context().close()

	// The desk reads who did what.
	await tab(recruiter, '/desk', 'Offres')
	await expect(row).toContainText('Ouverte')
	await row.getByRole('button', { name: /^Modifier/ }).click()
	await recruiter.getByText('Historique').click()
	await expect(recruiter.getByRole('listitem').filter({ hasText: 'Approuvée' })).toBeVisible()
	await both(recruiter, 'offers-history')

	// A file with three bad lines: the others are in, these are named and given back.
	await tab(recruiter, '/desk', 'Offres')
	await recruiter.getByText('Importer des offres').click()
	await both(recruiter, 'offers-import-before')
	let goOn = () => {}
	const held = new Promise<void>((done) => (goOn = done))
	let steps = 0
	await recruiter.route('**/continue', async (route) => {
		if (++steps === 2) await held
		await route.continue()
	})
	await send(recruiter, 'tri.csv', table(false))
	await expect(island.getByText('50 lignes sur 60')).toBeVisible()
	await both(recruiter, 'offers-import-during')
	goOn()
	await expect(island.getByText('57 offres créées · 3 lignes à corriger')).toBeVisible()
	await recruiter.unroute('**/continue')
	for (const [line, why] of [
		['3', 'Contrat'],
		['11', 'Commune'],
		['61', 'Intitulé'],
	] as const) {
		await expect(island.getByRole('row', { name: new RegExp(`^${line} ?TRI-`) })).toContainText(why)
	}
	await both(recruiter, 'offers-import-after')
	const coming = recruiter.waitForEvent('download')
	await recruiter.getByRole('button', { name: 'Lignes à corriger (CSV)' }).click()
	const returned = await readFile(await (await coming).path(), 'utf8')
	expect(returned.trim().split('\n')).toHaveLength(4)
	expect(returned).toContain('Motif du refus')

	// Put right, the three are in; the whole again changes nothing.
	const mended = returned
		.replace('CDX', 'CDI')
		.replace(/Latte;/, 'Lattes;')
		.replace('TRI-60;;', 'TRI-60;Agent de tri 60;')
	await send(recruiter, 'tri-corrige.csv', mended)
	await expect(island.getByText('3 offres créées')).toBeVisible()
	await send(recruiter, 'tri.csv', table(true))
	await expect(island.getByText('60 inchangées')).toBeVisible()
	await recruiter.context().close()
	await organiser.context().close()
})
