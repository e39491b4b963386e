// Starts bin/salon with the demo fair in a folder of its own and removes the
// folder at the end. Of its log only warnings and errors are shown.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const port = Number(process.env.SALON_E2E_PORT ?? 18473)
const binary = new URL('../../bin/salon', import.meta.url).pathname
if (!existsSync(binary)) {
	console.error('bin/salon is missing: run make build')
	process.exit(1)
}
const data = mkdtempSync(join(tmpdir(), 'salon-e2e-'))
const server = spawn(binary, ['serve', '--demo'], {
	stdio: ['ignore', 'inherit', 'pipe'],
	env: {
		...process.env,
		SALON_ADDR: `127.0.0.1:${port}`,
		SALON_DATA: join(data, 'data'),
		SALON_MEDIA_UDP: `127.0.0.1:${port + 1}`,
		SALON_MEDIA_TCP: `127.0.0.1:${port + 1}`,
		SALON_MEDIA_IP: '127.0.0.1',
		SALON_TURN: 'off',
		SALON_METRICS: 'off',
	},
})
createInterface({ input: server.stderr }).on('line', (line) => {
	if (!line.includes('"level":"INFO"')) console.error(line)
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.kill(signal))
server.on('exit', (code) => {
	rmSync(data, { recursive: true, force: true })
	process.exit(code ?? 1)
})
