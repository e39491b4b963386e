import texts from 'virtual:texts'
import Interview from '../fair/interview/Interview.svelte'
import { island } from '../ui/island'

void island(Interview, texts)
