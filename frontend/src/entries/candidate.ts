import texts from 'virtual:texts'
import Mine from '../fair/candidate/Mine.svelte'
import { island } from '../ui/island'

void island(Mine, texts)
