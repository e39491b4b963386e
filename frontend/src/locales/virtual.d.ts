/** What scripts/texts.ts makes for each entry: its own texts, loaded in one language. */
declare module 'virtual:texts' {
	const texts: import('./text').Loaders
	export default texts
}
