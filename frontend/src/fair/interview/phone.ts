/**
 * Groups the digits of a French number in E.164 so that it can be read aloud:
 * "06 39 98 12 34". Where the country code ends is not guessed: others are left whole.
 */
export function readable(number: string): string {
	const digits = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(number)
	return digits ? `0${digits.slice(1).join('\u00a0')}` : number
}
