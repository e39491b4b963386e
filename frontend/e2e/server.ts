// Where the journeys' own server listens: ports of its own, so that a demo on
// 8080 may go on beside it.
export const port = Number(process.env.SALON_E2E_PORT ?? 18473)
export const address = `http://127.0.0.1:${port}`
