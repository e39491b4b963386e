import { defineConfig } from '@playwright/test'
import journeys from './playwright.config.ts'

// To see every screen takes long, so it is asked for; one page at a time, in one fair.
const { projects: _, ...settings } = journeys
export default defineConfig({ ...settings, testMatch: '*.walk.ts', workers: 1 })
