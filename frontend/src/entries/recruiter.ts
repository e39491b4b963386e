import texts from 'virtual:texts'
import Desk from '../fair/stand/Desk.svelte'
import { island } from '../ui/island'

void island(Desk, texts)
