/** What an organiser answers for: reports and bars, legal pages, how long data is kept. */
import { ask, client } from './client'
import type { DecisionRequest, Paper, PaperChange } from './shape'

const v1 = '/api/v1'
const of = (fair: string) => ({ params: { path: { fair } } })

export const rights = {
	reports: (fair: string) => ask(client.GET(`${v1}/fairs/{fair}/reports`, of(fair))),
	decide: (report: string, body: DecisionRequest) =>
		ask(client.POST(`${v1}/reports/{report}/decision`, { params: { path: { report } }, body })),
	bars: (fair: string) => ask(client.GET(`${v1}/fairs/{fair}/bars`, of(fair))),
	lift: (report: string, reason: string) =>
		ask(
			client.POST(`${v1}/reports/{report}/lift`, {
				params: { path: { report } },
				body: { reason },
			}),
		),
	papers: (fair: string) => ask(client.GET(`${v1}/fairs/{fair}/papers`, of(fair))),
	publish: (fair: string, paper: Paper['kind'], body: PaperChange) =>
		ask(
			client.PUT(`${v1}/fairs/{fair}/papers/{paper}`, { params: { path: { fair, paper } }, body }),
		),
	retention: (fair: string) => ask(client.GET(`${v1}/fairs/{fair}/retention`, of(fair))),
}
