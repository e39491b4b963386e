import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { Issuer } from './issuer.ts'
import { look } from './look.ts'
import { askCode, giveCode, readCode } from './newcomer.ts'
import { Server } from './ownserver.ts'
import { become, phone, visitor } from './people.ts'

// Passkeys are given to a name alone, and another site is named in the settings.
const issuer = new Issuer()
const server = new Server(70, 'localhost')
const here = { ...phone, baseURL: server.address }
test.beforeAll(async () => {
	await issuer.start()
	await server.start({ SALON_ISSUERS: server.keep('issuers.json', issuer.settings) })
})
test.afterAll(async () => {
	await server.remove()
	issuer.stop()
})

/** Answers what the other site asks, once the page between has led there by itself. */
async function answer(page: Page, words: 'Oui, c’est moi' | 'Refuser'): Promise<void> {
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(issuer.name)
	await page.getByRole('button', { name: words }).click()
}

const goThrough = `Continuer avec ${issuer.name}`
const link = `Relier ${issuer.name}`
const unlink = `Retirer ${issuer.name}`

test('somebody comes in through another site, is sent back by it, takes it out, links it', async ({
	browser,
}) => {
	issuer.claims = {
		sub: 'one',
		email: 'par.ailleurs@exemple.fr',
		email_verified: true,
		given_name: 'Sacha',
	}
	const page = await visitor(browser, here)
	await page.goto('/sign-in?next=/account')
	await expectAccessible(page)
	await look(page, 'issuer-choose')

	// No is an answer: said in words, and the way goes on from there.
	await page.getByRole('button', { name: goThrough }).click()
	await answer(page, 'Refuser')
	await expect(page).toHaveURL(/\/sign-in\?/)
	await expect(page.getByText('Ce service n’a pas dit qui vous êtes.')).toBeVisible()
	await expect(page.locator('details.who')).toHaveCount(0)
	await expectAccessible(page)
	await look(page, 'issuer-refused')
	await page.getByRole('button', { name: goThrough }).click()
	await answer(page, 'Oui, c’est moi')
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mon compte')
	await expect(page.getByText('Sacha · par.ailleurs@exemple.fr')).toBeVisible()
	await expectAccessible(page)
	await look(page, 'issuer-linked')

	// Out of the account and into it again.
	await page.getByRole('button', { name: unlink, exact: true }).click()
	await expect(page.getByRole('button', { name: unlink, exact: true })).toHaveCount(0)
	await page.getByRole('button', { name: link, exact: true }).click()
	await answer(page, 'Oui, c’est moi')
	await expect(page.getByText('Ce service ouvre maintenant votre compte.')).toBeVisible()
	await expect(page.getByRole('button', { name: unlink, exact: true })).toBeVisible()

	// Who signs out here signs out there.
	await page.locator('details.who summary').click()
	await page.getByRole('button', { name: 'Se déconnecter' }).click()
	await expect(page.getByRole('link', { name: 'Se connecter' })).toBeVisible()
	expect(page.url()).toContain(`${server.address}/?state=`)
	expect(issuer.left).toBe(1)
	await page.context().close()
})

test('an address that another site only repeats is proved first; one account is one person', async ({
	browser,
}) => {
	issuer.claims = { sub: 'two', email: 'a.prouver@exemple.fr', email_verified: false }
	const page = await visitor(browser, here)
	await page.goto('/sign-in')
	await page.getByRole('button', { name: goThrough }).click()
	await answer(page, 'Oui, c’est moi')
	await expect(page.getByText('prouvez d’abord votre adresse')).toBeVisible()
	await look(page, 'issuer-prove')
	await askCode(page, 'a.prouver@exemple.fr')
	await giveCode(page, await readCode(page))
	await expect(page.getByText(`Relier ${issuer.name} à ce compte ?`)).toBeVisible()
	await expectAccessible(page)
	await look(page, 'issuer-claim')
	await page.getByRole('button', { name: 'Relier à ce compte' }).click()
	await expect(page.getByRole('button', { name: unlink, exact: true })).toBeVisible()

	// The same person there cannot open a second account here.
	const other = await visitor(browser, here)
	await other.goto('/sign-in?next=/account')
	await askCode(other, 'quelqu.un@exemple.fr')
	await giveCode(other, await readCode(other))
	await other.getByRole('button', { name: link, exact: true }).click()
	await answer(other, 'Oui, c’est moi')
	await expect(other.getByText('en ouvre déjà un autre ici')).toBeVisible()
	await expect(other.getByRole('button', { name: unlink, exact: true })).toHaveCount(0)
	await look(other, 'issuer-taken')
	for (const p of [page, other]) await p.context().close()
})

test('a candidate adds a passkey and signs in with it alone', async ({ browser }) => {
	const page = await visitor(browser, here)
	const session = await page.context().newCDPSession(page)
	await session.send('WebAuthn.enable')
	await session.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	})
	await page.goto('/demo')
	await page.evaluate(become, { role: 'candidate' as const, n: 7 })
	await page.goto('/account')
	await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).click()
	await expect(page.getByRole('button', { name: /^Retirer la clé d’accès/ })).toBeVisible()
	await expectAccessible(page)
	await look(page, 'account-passkey-phone')
	await page.getByRole('button', { name: 'Déconnecter partout' }).click()
	await expect(page).toHaveURL(/\/sign-in$/)
	await look(page, 'signin-passkey-phone')
	await page.goto('/sign-in?next=/account')
	await page.getByRole('button', { name: 'Utiliser une clé d’accès' }).click()
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mon compte')
	await page.context().close()
})
