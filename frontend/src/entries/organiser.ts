import texts from 'virtual:texts'
import Organise from '../fair/organiser/Organise.svelte'
import { island } from '../ui/island'

void island(Organise, texts)
