// What completes the box of a search, fetched when somebody first enters it.
import { suggest } from '../fair/offer/suggest'

const box = document.querySelector<HTMLInputElement>('input[data-suggest]')
if (box) suggest(box)
