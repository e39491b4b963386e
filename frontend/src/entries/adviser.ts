import texts from 'virtual:texts'
import Advise from '../fair/companion/Advise.svelte'
import { island } from '../ui/island'

void island(Advise, texts)
