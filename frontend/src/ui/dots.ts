/** Joins what there is with middle dots: the small facts beside a name. */
export function dots(...parts: (string | undefined | false)[]): string {
	return parts.filter(Boolean).join(' · ')
}
