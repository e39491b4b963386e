import texts from 'virtual:texts'
import Page from '../fair/interview/Page.svelte'
import { island } from '../ui/island'

void island(Page, texts)
