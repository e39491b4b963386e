import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

export default {
	preprocess: vitePreprocess(),
	compilerOptions: {
		// A page, a room and a form are about one thing for as long as they are drawn:
		// what is read of it once is meant to be read once.
		warningFilter: (warning) => warning.code !== 'state_referenced_locally',
	},
}
