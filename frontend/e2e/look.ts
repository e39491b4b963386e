import { join } from 'node:path'
import type { Page } from '@playwright/test'

const folder = process.env.SALON_E2E_SHOTS

/** Keeps a picture of a state worth looking at, when SALON_E2E_SHOTS names a folder. */
export async function look(page: Page, name: string): Promise<void> {
	if (!folder) return
	const width = page.viewportSize()?.width ?? 0
	await page.screenshot({ path: join(folder, `journeys-${name}-${width}.png`), fullPage: true })
}
