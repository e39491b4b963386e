import { expect, type Page, test } from '@playwright/test'
import { atDesk, callNext, place, question, takePlace } from './line.ts'
import { person, phone } from './people.ts'

/** From now on, keeps what the page has said to a screen reader. */
async function listen(page: Page): Promise<void> {
	await page.evaluate(() => {
		const heard: string[] = []
		Object.assign(window, { heard })
		const region = document.getElementById('live')
		if (!region) throw new Error('nothing is said on this page')
		new MutationObserver(() => region.textContent && heard.push(region.textContent)).observe(
			region,
			{ childList: true, characterData: true, subtree: true },
		)
	})
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard)

/** One of each landmark, one title, and no level of heading left out. */
async function expectOutline(page: Page): Promise<void> {
	for (const role of ['banner', 'main', 'contentinfo'] as const)
		await expect(page.getByRole(role)).toHaveCount(1)
	const snapshot = await page.locator('body').ariaSnapshot()
	const levels = [...snapshot.matchAll(/heading .*\[level=(\d)\]/g)].map(([, level]) =>
		Number(level),
	)
	expect(levels.filter((level) => level === 1)).toHaveLength(1)
	for (const [at, level] of levels.entries())
		expect(level - (levels[at - 1] ?? 0), `${page.url()}: ${levels}`).toBeLessThanOrEqual(1)
}

test('a screen reader is told of a place, its call, and the controls of the room', async ({
	browser,
}) => {
	const desk = await atDesk(browser, 173)
	await expect(desk.page.getByRole('group', { name: 'Votre présence' })).toMatchAriaSnapshot(`
		- group "Votre présence":
		  - button "En poste" [pressed]
		  - button "Pause 10 min"
		  - button "Terminé"
	`)
	const candidate = await person(browser, 'candidate', 473, phone)
	await takePlace(candidate, desk.stand)
	await listen(candidate)
	for (const page of [candidate, desk.page]) await expectOutline(page)
	await expect(candidate.getByRole('main')).toMatchAriaSnapshot(`
		- heading "Mon salon" [level=1]
		- region /^Mes places/:
		  - heading /Mes places/ [level=2]
		  - list:
		    - listitem:
		      - heading "${desk.stand.name}" [level=3]
	`)
	await expect(place(candidate, desk.stand)).toBeVisible()

	// The call is said once, with whose it is; the question is a heading with its answers.
	await callNext(desk)
	await expect(question(candidate)).toBeVisible()
	const turn = `C’est à vous chez ${desk.stand.name}.`
	const turns = async () => (await heard(candidate)).filter((words) => words.includes(turn))
	await expect.poll(turns).toHaveLength(1)
	await expectOutline(candidate)
	await candidate.getByRole('button', { name: 'Oui, j’y vais' }).click()
	await candidate.getByRole('button', { name: 'Entrer dans l’entretien' }).click()
	await expect(candidate.getByRole('toolbar')).toMatchAriaSnapshot(`
		- toolbar "Commandes de l’entretien":
		  - button "Micro"
		  - button "Caméra"
		  - button "Texte"
		  - button "Réglages"
		  - button "Quitter"
	`)

	const organiser = await person(browser, 'organiser', 1)
	await organiser.goto('/organise')
	await expect(organiser.getByRole('table')).toMatchAriaSnapshot(`
		- rowgroup:
		  - row:
		    - columnheader "Stand"
		    - columnheader "Ce qui presse"
		    - columnheader "File"
		    - columnheader "Équipe"
	`)
	await expectOutline(organiser)
	for (const page of [candidate, desk.page, organiser]) await page.context().close()
})
