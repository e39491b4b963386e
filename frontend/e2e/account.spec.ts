import { expect, test } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { look } from './look.ts'
import { Server } from './ownserver.ts'
import { become, phone, visitor } from './people.ts'

test('a candidate adds a passkey and signs in with it alone', async ({ browser }) => {
	const server = new Server(70, 'localhost')
	await server.start()
	try {
		const page = await visitor(browser, { ...phone, baseURL: server.address })
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
	} finally {
		await server.remove()
	}
})
