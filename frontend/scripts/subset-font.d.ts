declare module 'subset-font' {
	/** Keeps of a font what a text needs; variationAxes narrows a variable one. */
	export default function subset(
		font: Buffer,
		text: string,
		options: {
			targetFormat: 'woff2'
			variationAxes?: Record<string, number | { min: number; max: number }>
		},
	): Promise<Buffer>
}
