import texts from 'virtual:texts'
import Profile from '../fair/profile/Profile.svelte'
import { island } from '../ui/island'

void island(Profile, texts)
